// A new installation's first steps: who you are, the first customer and site, the first agent.
import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { agentsQuery, sessionQuery, sitesQuery } from '../api/queries.ts'
import { useMayChange } from '../api/role.ts'
import { ScreenTitle } from '../app/screen-title.tsx'
import { AgentArrival } from '../enrolment/agent-arrival.tsx'
import { PasswordForm } from '../preferences/password-form.tsx'
import { LanguageChoice, ZoneChoice } from '../preferences/preferences-screen.tsx'
import { SiteFields } from '../sites/site-form.tsx'
import { Icon } from '../ui/icons.tsx'
import { Empty, Failed, SkeletonRows } from '../ui/notices.tsx'
import page from '../ui/page.module.css'
import { Panel } from '../ui/panel.tsx'
import { Steps } from '../ui/steps.tsx'
import css from './welcome.module.css'
import { stepOf, WELCOME_STEPS, type WelcomeSearch } from './welcome-steps.ts'

export function WelcomeScreen() {
  const { t } = useTranslation()
  const search = useSearch({ from: '/signed-in/welcome' })
  const navigate = useNavigate({ from: '/welcome' })
  const may = useMayChange()
  const session = useQuery(sessionQuery).data
  const sites = useQuery(sitesQuery)
  const agents = useQuery(agentsQuery)
  const change = (next: Partial<WelcomeSearch>) =>
    void navigate({ search: (old) => ({ ...old, ...next }), resetScroll: false })

  if (!may)
    return (
      <Empty icon="lock" title={t('role.adminOnly')}>
        <p>{t('welcome.adminOnly')}</p>
      </Empty>
    )
  const failed = sites.isError ? sites : agents.isError ? agents : undefined
  if (failed) return <Failed failure={failed.error} retry={() => void failed.refetch()} />
  if (sites.data === undefined || agents.data === undefined) return <SkeletonRows count={8} />
  const heard = agents.data.items.filter((agent) => agent.presence !== 'never').length
  const setup = { passwordGiven: session?.passwordGiven === true, sites: sites.data.items.length, agents: heard }
  const step = stepOf(search, setup)
  return (
    <div className={search.token === undefined ? page.narrow : page.page}>
      <ScreenTitle title={t('welcome.title')} />
      <header className={css.head}>
        <p className={page.hint}>{t('welcome.hint')}</p>
        <Link to="/overview" search={{}}>
          {t('welcome.leave')}
        </Link>
      </header>
      <Steps
        label={t('welcome.title')}
        of={WELCOME_STEPS.map((one) => t(`welcome.step.${one}`))}
        at={step === 'done' ? WELCOME_STEPS.length : WELCOME_STEPS.indexOf(step)}
      />
      {step === 'you' ? <You given={setup.passwordGiven} onNext={() => change({ step: 'place' })} /> : null}
      {step === 'place' ? (
        <Place
          known={sites.data.items.map((site) => site.name)}
          onBack={() => change({ step: 'you' })}
          onDone={(site) => change({ step: 'agent', site })}
        />
      ) : null}
      {step === 'agent' ? (
        <>
          <p className={page.hint}>{t('welcome.agentHint')}</p>
          <AgentArrival search={search} onChange={change} />
          <Foot onBack={() => change({ step: 'place', token: undefined })}>
            {heard > 0 ? (
              <Next label={t('welcome.finish')} onNext={() => change({ step: undefined, token: undefined })} />
            ) : null}
          </Foot>
        </>
      ) : null}
      {step === 'done' ? <Done site={sites.data.items[0]?.id} /> : null}
    </div>
  )
}

function You({ given, onNext }: { given: boolean; onNext(): void }) {
  const { t } = useTranslation()
  return (
    <>
      <Panel title={t('preferences.languageAndTime')}>
        <div className={page.body}>
          <LanguageChoice />
          <ZoneChoice />
        </div>
      </Panel>
      {given ? (
        <Panel title={t('password.title')}>
          <div className={page.body}>
            <p className={page.hint}>{t('welcome.passwordHint')}</p>
            <PasswordForm />
          </div>
        </Panel>
      ) : null}
      <Foot>
        <Next label={t(given ? 'welcome.later' : 'welcome.next')} quiet={given} onNext={onNext} />
      </Foot>
    </>
  )
}

function Place(props: { known: readonly string[]; onBack(): void; onDone(site: string): void }) {
  const { t } = useTranslation()
  return (
    <>
      <Panel title={t('welcome.place')}>
        <div className={page.body}>
          <p className={page.hint}>{t('welcome.placeHint')}</p>
          {props.known.length === 0 ? null : (
            <p className={page.notice} data-tone="good">
              <Icon name="check" />
              <span>{t('welcome.placeKnown', { sites: props.known.slice(0, 5).join(', ') })}</span>
            </p>
          )}
          <SiteFields onDone={props.onDone} />
        </div>
      </Panel>
      <Foot onBack={props.onBack} />
    </>
  )
}

const AFTER = [
  { to: '/rules', says: 'rules' },
  { to: '/notifications', says: 'notifications' },
  { to: '/users', says: 'users' },
] as const

function Done({ site }: { site: string | undefined }) {
  const { t } = useTranslation()
  return (
    <Panel>
      <Empty icon="check" title={t('welcome.done')}>
        <p>{t('welcome.doneHint')}</p>
        <ul className={css.after}>
          {site === undefined ? null : (
            <li>
              <Link to="/sites/$id" params={{ id: site }} search={{}}>
                {t('welcome.after.devices')}
              </Link>
            </li>
          )}
          {AFTER.map(({ to, says }) => (
            <li key={to}>
              <Link to={to} search={{}}>
                {t(`welcome.after.${says}`)}
              </Link>
            </li>
          ))}
        </ul>
      </Empty>
    </Panel>
  )
}

function Foot({ onBack, children }: { onBack?: () => void; children?: ReactNode }) {
  const { t } = useTranslation()
  return (
    <div className={page.buttons}>
      {onBack === undefined ? null : (
        <Button variant="default" onClick={onBack}>
          {t('welcome.back')}
        </Button>
      )}
      {children}
    </div>
  )
}

function Next({ label, quiet, onNext }: { label: string; quiet?: boolean; onNext(): void }) {
  return (
    <Button {...(quiet ? { variant: 'default' } : {})} onClick={onNext}>
      {label}
    </Button>
  )
}

// What it is about, who works on it, and the next step.
import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { type IncidentState, NEXT_STATES } from '#shared/domain/incident.ts'
import type { IncidentDetail } from '#shared/http/incidents.ts'
import { sessionQuery } from '../api/queries.ts'
import { useMayLookInto } from '../api/role.ts'
import { Icon } from '../ui/icons.tsx'
import { IncidentStateMark, PriorityMark, Tag } from '../ui/marks.tsx'
import { MenuButton } from '../ui/menu-button.tsx'
import page from '../ui/page.module.css'
import css from './incident.module.css'
import { type IncidentWish, useIncidentChange } from './incident-changes.ts'
import { ServiceClock } from './service-clock.tsx'
import { needsWords } from './state-words.ts'

/** What a dialog is asked for; a state: with words. */
export type IncidentDialog = 'diagnose' | 'work' | 'link' | 'merge' | 'follow' | 'waiting' | 'resolved' | 'closed'

export interface IncidentHeadProps {
  readonly incident: IncidentDetail
  onAsk(dialog: IncidentDialog): void
}

export function IncidentHead({ incident, onAsk }: IncidentHeadProps) {
  const { t } = useTranslation()
  const may = useMayLookInto()
  return (
    <>
      {incident.mergedInto ? (
        <p className={page.notice}>
          <Icon name="link" />
          <span>
            {t('incident.mergedInto')}{' '}
            <Link to="/incidents/$id" params={{ id: incident.mergedInto.id }} className="num">
              #{incident.mergedInto.number}
            </Link>
          </span>
        </p>
      ) : null}
      <header className={css.head}>
        <div className={css.headText}>
          <div className={css.marks}>
            <PriorityMark priority={incident.priority} />
            <IncidentStateMark state={incident.state} />
            {incident.state === 'waiting' && incident.waitingFor ? (
              <Tag>{t(`waitingFor.${incident.waitingFor}`)}</Tag>
            ) : null}
            {incident.resolution && incident.resolvedAt !== null ? (
              <Tag>{t(`resolution.${incident.resolution}`)}</Tag>
            ) : null}
            <span>{t('incident.tierOf', { tier: incident.tier })}</span>
            <span className={css.who} data-nobody={incident.assignee === null}>
              <Icon name="user" size={13} /> {incident.assignee ?? t('incident.nobody')}
            </span>
            <ServiceClock of={incident} inline />
          </div>
          <h2>{incident.title}</h2>
          <div className="quiet">
            {[incident.customerName, incident.siteName].join(' · ')}
            {incident.device ? (
              <>
                {' · '}
                <Link to="/devices/$id" params={{ id: incident.device }} search={{}}>
                  {incident.deviceName ?? incident.device}
                </Link>
              </>
            ) : null}
          </div>
        </div>
        {may ? <Buttons incident={incident} onAsk={onAsk} /> : null}
      </header>
    </>
  )
}

function Buttons({ incident, onAsk }: IncidentHeadProps) {
  const { t } = useTranslation()
  const user = useQuery(sessionQuery).data?.user
  const change = useIncidentChange()
  const ask = (wish: IncidentWish) => change.mutate({ incident, wish })
  const to = (state: IncidentState) =>
    needsWords(state) ? onAsk(state as 'waiting' | 'resolved' | 'closed') : ask({ what: 'state', state })
  if (incident.state === 'closed')
    return incident.mergedInto ? null : (
      <div className={css.buttons}>
        <Button variant="default" leftSection={<Icon name="link" size={13} />} onClick={() => onAsk('link')}>
          {t('incident.link')}
        </Button>
        <Button leftSection={<Icon name="plus" size={13} />} onClick={() => onAsk('follow')}>
          {t('incident.follow')}
        </Button>
      </div>
    )
  const mine = incident.assignee === user
  const isResolved = incident.state === 'resolved'
  return (
    <div className={css.buttons}>
      {mine ? null : (
        <Button
          loading={change.isPending && change.variables.wish.what === 'assign'}
          onClick={() => ask({ what: 'assign', assignee: user ?? null })}
        >
          {t('incident.take')}
        </Button>
      )}
      <Button variant={mine ? 'filled' : 'default'} onClick={() => to(isResolved ? 'closed' : 'resolved')}>
        {t(isResolved ? 'incident.close' : 'incident.resolve')}
      </Button>
      {isResolved ? (
        <Button variant="default" onClick={() => to('in-progress')}>
          {t('incident.reopen')}
        </Button>
      ) : (
        <MenuButton
          target={
            <Button variant="default" rightSection={<Icon name="open" size={12} />}>
              {t('incident.changeState')}
            </Button>
          }
          entries={NEXT_STATES[incident.state]
            .filter((state) => state !== 'resolved')
            .map((state) => ({
              key: state,
              label: <IncidentStateMark state={state} />,
              onSelect: () => to(state),
            }))}
        />
      )}
      <Button variant="default" onClick={() => onAsk('work')}>
        {t('incident.assign')}
      </Button>
      <MenuButton
        target={
          <Button variant="default" className={css.moreButton ?? ''} aria-label={t('incident.moreActions')}>
            <Icon name="more" size={16} />
          </Button>
        }
        entries={[
          ...(mine
            ? [
                {
                  ...{ key: 'back', icon: 'user' as const, label: t('incident.unassign') },
                  onSelect: () => ask({ what: 'assign', assignee: null }),
                },
              ]
            : []),
          ...(incident.device === null
            ? []
            : [
                {
                  ...{ key: 'diagnose', icon: 'play' as const, label: t('diagnostics.run') },
                  onSelect: () => onAsk('diagnose'),
                },
              ]),
          {
            ...{ key: 'link', icon: 'link' as const, label: t('incident.link') },
            onSelect: () => onAsk('link'),
          },
          {
            ...{ key: 'merge', icon: 'incidents' as const, label: t('incident.merge'), divided: true },
            onSelect: () => onAsk('merge'),
          },
        ]}
      />
    </div>
  )
}

// How the reader wants the console: each choice holds at once, here and on every machine they sign in on.
import { Checkbox, Input, SegmentedControl } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { type ReactNode, useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { SEVERITIES } from '#shared/domain/severity.ts'
import { Preferences } from '#shared/http/session.ts'
import { sessionQuery } from '../api/queries.ts'
import { LANGUAGES } from '../app/i18n.ts'
import { ScreenTitle } from '../app/screen-title.tsx'
import { ZoneInput } from '../sites/zone-input.tsx'
import { fullTime } from '../ui/format.ts'
import { Icon } from '../ui/icons.tsx'
import { SeverityMark } from '../ui/marks.tsx'
import page from '../ui/page.module.css'
import { Panel } from '../ui/panel.tsx'
import { useNow } from '../ui/time.tsx'
import { browserZone, isZone } from '../ui/zone.ts'
import { PasswordForm } from './password-form.tsx'
import { useChangePreferences, usePreferences } from './use-preferences.ts'

export function PreferencesScreen() {
  const { t } = useTranslation()
  const session = useQuery(sessionQuery).data
  return (
    <div className={page.narrow}>
      <ScreenTitle title={t('nav.preferences')} />
      <Panel title={t('preferences.languageAndTime')}>
        <div className={page.body}>
          <LanguageChoice />
          <ZoneChoice />
        </div>
      </Panel>
      <Panel title={t('preferences.colours')}>
        <div className={page.body}>
          <ColourChoice />
        </div>
      </Panel>
      <Panel title={t('password.title')}>
        <div className={page.body}>
          {session?.passwordGiven ? (
            <p className={page.notice} data-tone="warn">
              <Icon name="key" />
              <span>{t('password.given')}</span>
            </p>
          ) : null}
          <PasswordForm />
        </div>
      </Panel>
    </div>
  )
}

export function LanguageChoice() {
  const { t, i18n } = useTranslation()
  const change = useChangePreferences()
  return (
    <Choice
      label={t('shell.language')}
      value={i18n.language}
      of={LANGUAGES.map((language) => ({ value: language, label: t(`language.${language}`) }))}
      onChange={(language) => void change({ language })}
    />
  )
}

/** Asks for a zone only from those who do not want the browser's. */
export function ZoneChoice() {
  const { t } = useTranslation()
  const { timeZone } = usePreferences()
  const change = useChangePreferences()
  const now = useNow()
  const [typed, setTyped] = useState(timeZone ?? browserZone())
  const [own, setOwn] = useState(timeZone !== null)
  const wrong = own && !isZone(typed.trim())
  return (
    <>
      <Checkbox
        size="xs"
        label={t('preferences.browserZone', { zone: browserZone() })}
        checked={!own}
        onChange={(event) => {
          const follows = event.currentTarget.checked
          setOwn(!follows)
          setTyped(browserZone())
          if (follows) void change({ timeZone: null })
        }}
      />
      {own ? (
        <ZoneInput
          value={typed}
          error={wrong ? t('said.zone') : undefined}
          description={t('preferences.zoneHint')}
          onChange={(zone) => {
            setTyped(zone)
            if (isZone(zone.trim())) void change({ timeZone: zone.trim() })
          }}
        />
      ) : null}
      <p className={page.hint}>
        {t('preferences.now')}{' '}
        <b className="num" data-zone-now>
          {fullTime(now, wrong || !own ? undefined : typed.trim())}
        </b>
      </p>
    </>
  )
}

function ColourChoice() {
  const { t } = useTranslation()
  const { theme, palette } = usePreferences()
  const change = useChangePreferences()
  return (
    <>
      <Choice
        label={t('shell.theme')}
        value={theme}
        of={Preferences.shape.theme.options.map((value) => ({ value, label: t(`theme.${value}`) }))}
        onChange={(value) => void change({ theme: value })}
      />
      <Choice
        label={t('preferences.palette')}
        value={palette}
        of={Preferences.shape.palette.options.map((value) => ({ value, label: t(`paletteChoice.${value}`) }))}
        onChange={(value) => void change({ palette: value })}
      >
        <div className={page.line} style={{ marginTop: 10 }}>
          {SEVERITIES.toReversed().map((severity) => (
            <SeverityMark key={severity} severity={severity} />
          ))}
          <SeverityMark severity="warning" cleared short />
          <span>{t('status.cleared')}</span>
        </div>
      </Choice>
    </>
  )
}

function Choice<T extends string>(props: {
  label: string
  value: string
  of: { value: T; label: string }[]
  onChange(value: T): void
  children?: ReactNode
}) {
  const id = useId()
  return (
    <div>
      <Input.Label size="xs" labelElement="div" id={id}>
        {props.label}
      </Input.Label>
      <div>
        <SegmentedControl
          size="xs"
          aria-labelledby={id}
          value={props.value}
          data={props.of}
          onChange={(value) => props.onChange(value as T)}
        />
      </div>
      {props.children}
    </div>
  )
}

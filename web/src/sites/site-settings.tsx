// How the agents of a site work unless a device, or the site's own file, says otherwise.
import { Button, Checkbox, TextInput } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { SiteRow } from '#shared/http/inventory.ts'
import type { SiteSettingsRow } from '#shared/http/site-config.ts'
import { send } from '../api/client.ts'
import { useMayChange } from '../api/role.ts'
import { Failed, SkeletonRows } from '../ui/notices.tsx'
import page from '../ui/page.module.css'
import { Panel } from '../ui/panel.tsx'
import { FormProblem, problemsOf } from '../ui/problems.tsx'
import { useSaid } from '../ui/said.ts'
import { useSay } from '../ui/say.ts'
import { Time } from '../ui/time.tsx'
import { type SettingsForm, settingsFormOf, settingsOf, settingsWith, wrongSettings } from './settings-form.ts'
import { configPath, settingsQuery } from './site-queries.ts'
import { ZoneInput } from './zone-input.tsx'

export function SiteSettings({ site }: { site: SiteRow }) {
  const query = useQuery(settingsQuery(site.id))
  if (query.isError) return <Failed failure={query.error} retry={() => void query.refetch()} />
  if (query.isPending) return <SkeletonRows count={8} />
  return <Form key={site.id} site={site} row={query.data} />
}

const TIMES = ['snmpInterval', 'snmpTimeout', 'icmpInterval', 'tcpInterval', 'httpInterval'] as const
const LISTENERS = [
  ['traps', 'trapPort'],
  ['syslogUdp', 'syslogUdpPort'],
  ['syslogTcp', 'syslogTcpPort'],
] as const

function Form({ site, row }: { site: SiteRow; row: SiteSettingsRow }) {
  const { t } = useTranslation()
  const said = useSaid()
  const say = useSay()
  const queries = useQueryClient()
  const may = useMayChange()
  const [form, setForm] = useState(() => settingsFormOf(row.settings))
  const [begun, setBegun] = useState(row)
  // somebody else's newer settings are not overwritten by what was on this screen before, nor what is written here by them
  if (row.updatedAt !== begun.updatedAt) {
    setBegun(row)
    setForm(settingsWith(settingsFormOf(begun.settings), settingsFormOf(row.settings), form))
  }
  const wrong = wrongSettings(form)
  const save = useMutation({
    mutationFn: () => send<SiteSettingsRow>('PUT', `${configPath(site.id)}/settings`, settingsOf(form, row.settings)),
    onSuccess: () => {
      say.done(t('settings.saved'))
      void queries.invalidateQueries({ queryKey: ['site-config', site.id] })
    },
  })
  const problems = problemsOf(save.error, ['timeZone'], said)
  const set = (change: Partial<SettingsForm>) => setForm((old) => ({ ...old, ...change }))
  const text = (key: Exclude<keyof SettingsForm, 'traps' | 'syslogUdp' | 'syslogTcp'>) => (
    <TextInput
      key={key}
      label={t(`settingsField.${key}`)}
      placeholder={t('settings.asFile')}
      inputMode="decimal"
      disabled={!may}
      value={form[key]}
      error={wrong.has(key) ? t('settings.wrong') : undefined}
      onChange={(event) => set({ [key]: event.currentTarget.value })}
    />
  )
  function submit(event: FormEvent) {
    event.preventDefault()
    if (wrong.size === 0) save.mutate()
  }
  return (
    <Panel>
      <form onSubmit={submit} className={page.body} style={{ maxWidth: 900 }} noValidate>
        <p className={page.hint}>{t('settings.hint')}</p>
        <fieldset className={page.fieldset}>
          <legend>{t('settings.defaults')}</legend>
          <div className={page.pair}>
            {TIMES.map(text)}
            {text('snmpRetries')}
          </div>
        </fieldset>
        <fieldset className={page.fieldset}>
          <legend>{t('settings.listen')}</legend>
          <div className={page.pair}>
            {LISTENERS.map(([on, port]) => (
              <div key={on} className={page.form}>
                <Checkbox
                  size="xs"
                  label={t(`settingsField.${on}`)}
                  disabled={!may}
                  checked={form[on]}
                  onChange={(event) => set({ [on]: event.currentTarget.checked })}
                />
                {form[on] ? text(port) : null}
              </div>
            ))}
          </div>
        </fieldset>
        <fieldset className={page.fieldset}>
          <legend>{t('settings.place')}</legend>
          <ZoneInput
            value={form.timeZone}
            description={t('settings.zoneHint')}
            error={problems.of('timeZone')}
            onChange={(timeZone) => set({ timeZone })}
          />
        </fieldset>
        <FormProblem failure={save.error} problems={problems} />
        <div className={page.buttons}>
          {may ? (
            <Button type="submit" loading={save.isPending} disabled={wrong.size > 0}>
              {t('action.save')}
            </Button>
          ) : (
            <p className={page.hint}>{t('role.readOnly')}</p>
          )}
          {row.updatedAt === null ? null : (
            <span className="quiet" style={{ alignSelf: 'center' }}>
              {t('settings.changed')} <Time at={row.updatedAt} /> · {row.updatedBy}
            </span>
          )}
        </div>
      </form>
    </Panel>
  )
}

// A device the collector keeps for a site: what it is and how it is asked; tried by the site's agent before it is saved.
import { Button, Checkbox, NativeSelect, Textarea, TextInput } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { addressProblem } from '#shared/domain/device-address.ts'
import { LOCAL_ID_PATTERN } from '#shared/domain/identity.ts'
import type { SiteRow } from '#shared/http/inventory.ts'
import type { ConfigDeviceDraft, ConfigDeviceRow } from '#shared/http/site-config.ts'
import { send } from '../api/client.ts'
import { agentsQuery } from '../api/queries.ts'
import { TestSteps } from '../device-test/test-steps.tsx'
import { isGood } from '../device-test/test-words.ts'
import { useDeviceTest } from '../device-test/use-device-test.ts'
import { Dialog, DialogButtons } from '../ui/dialog.tsx'
import { showFirstWrong } from '../ui/first-wrong.ts'
import { Icon } from '../ui/icons.tsx'
import page from '../ui/page.module.css'
import { FormProblem, problemsOf } from '../ui/problems.tsx'
import { useSaid } from '../ui/said.ts'
import { EMPTY_CREDENTIALS, isComplete } from './credential-fields.tsx'
import { type CredentialForm, draftOfCredentials } from './credential-form.ts'
import { type DeviceForm, draftOf, EMPTY_DEVICE, formOf, wrongFields } from './device-form.ts'
import { testDraftOf } from './device-test-draft.ts'
import { idFrom } from './ids.ts'
import { NewCredentials } from './new-credentials.tsx'
import { configPath, credentialsQuery } from './site-queries.ts'

export interface DeviceDialogProps {
  readonly site: SiteRow
  /** Devices of the site, whose ids are taken. */
  readonly known: readonly { readonly id: string }[]
  /** The one to change; absent: a new one. */
  readonly row?: ConfigDeviceRow
  onClose(): void
}

/** What the choice of credentials holds while they are typed. */
const TYPED = ' typed'

const FIELDS = ['name', 'address', 'agent', 'snmp', 'icmp', 'tcp', 'http', 'tags', 'parents'] as const

export function DeviceDialog({ site, known, row, onClose }: DeviceDialogProps) {
  const { t } = useTranslation()
  const say = useSaid()
  const queries = useQueryClient()
  const agents = useQuery(agentsQuery).data?.items.filter((agent) => agent.site === site.id) ?? []
  const sets = useQuery(credentialsQuery(site.id)).data?.items ?? []
  const [form, setForm] = useState<DeviceForm>(() => (row ? formOf(row.device) : EMPTY_DEVICE))
  const [typedId, setTypedId] = useState<string>()
  const [typed, setTyped] = useState<{ readonly name: string; readonly form: CredentialForm }>()
  const [tried, setTried] = useState(false)
  const test = useDeviceTest(`/sites/${encodeURIComponent(site.id)}/device-tests`)
  const testPart = useRef<HTMLFieldSetElement>(null)
  const formPart = useRef<HTMLFormElement>(null)
  const id = row?.device.id ?? typedId ?? idFrom(form.name, 'device', known)
  const wrong = wrongFields(form)
  const idWrong = row === undefined && !LOCAL_ID_PATTERN.test(id)
  const taken = row === undefined && known.some((one) => one.id === id)
  const save = useMutation({
    mutationFn: async (draft: ConfigDeviceDraft) => {
      if (typed !== undefined) {
        const set = `${configPath(site.id)}/credentials/${encodeURIComponent(typed.name.trim())}`
        await send('PUT', set, draftOfCredentials(typed.form))
      }
      return await send('PUT', `${configPath(site.id)}/devices/${encodeURIComponent(id)}`, draft)
    },
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: ['site-config', site.id] })
      onClose()
    },
  })
  const problems = problemsOf(save.error, FIELDS, say)
  const set = (change: Partial<DeviceForm>) => setForm((old) => ({ ...old, ...change }))
  const said = (field: 'tcp' | 'http' | 'tags' | 'port' | 'interval', path: string = field) =>
    tried && wrong.has(field) ? t(`deviceForm.wrong.${field}`) : problems.of(path)
  const noAddress = addressProblem(form.address.trim())
  const tests = problemsOf(test.failure, ['address', 'agent', 'snmp'], say)

  const names = sets.map((one) => one.name)
  const typedWrong =
    typed !== undefined &&
    (!isComplete(typed.form) || !LOCAL_ID_PATTERN.test(typed.name.trim()) || names.includes(typed.name.trim()))
  const now = JSON.stringify([form.address, form.agent, form.credentials, form.profile, form.port, form.tcp, typed])
  const stale = test.of !== undefined && test.of !== now
  const isBad = test.row !== undefined && !test.busy && !stale && !isGood(test.row)

  function tryIt() {
    setTried(true)
    if (wrong.has('address') || wrong.has('port') || (typed !== undefined && !isComplete(typed.form)))
      return showFirstWrong(formPart.current)
    test.start(testDraftOf(form, typed?.form), now)
    testPart.current?.scrollIntoView({ block: 'nearest' })
  }
  function submit(event: FormEvent) {
    event.preventDefault()
    setTried(true)
    if (wrong.size > 0 || idWrong || taken || typedWrong) return showFirstWrong(formPart.current)
    const { id: _id, ...old } = row?.device ?? { id }
    const filled = typed === undefined ? form : { ...form, credentials: typed.name.trim() }
    save.mutate(draftOf(filled, row ? (old as ConfigDeviceDraft) : undefined))
  }

  return (
    <Dialog
      onClose={onClose}
      title={row ? t('siteDevices.edit', { name: form.name || id }) : t('siteDevices.add')}
      size="lg"
    >
      <form ref={formPart} onSubmit={submit} className={page.form} noValidate>
        <div className={page.pair}>
          <TextInput
            label={t('deviceForm.name')}
            maxLength={128}
            data-autofocus
            value={form.name}
            error={problems.of('name')}
            onChange={(event) => set({ name: event.currentTarget.value })}
          />
          <TextInput
            label={t('deviceForm.address')}
            required
            value={form.address}
            error={tried && noAddress !== undefined ? say(noAddress) : (problems.of('address') ?? tests.of('address'))}
            onChange={(event) => set({ address: event.currentTarget.value })}
          />
          {row ? null : (
            <TextInput
              label={t('deviceForm.id')}
              required
              maxLength={63}
              value={id}
              error={tried && idWrong ? t('site.idRule') : taken ? t('deviceForm.taken') : undefined}
              onChange={(event) => setTypedId(event.currentTarget.value)}
              classNames={{ input: 'mono' }}
            />
          )}
          {agents.length > 1 || form.agent !== '' ? (
            <NativeSelect
              label={t('column.agent')}
              value={form.agent}
              error={problems.of('agent')}
              onChange={(event) => set({ agent: event.currentTarget.value })}
              data={[
                { value: '', label: t('deviceForm.anyAgent') },
                ...[...new Set([...agents.map((agent) => agent.id), form.agent])].filter(Boolean),
              ]}
            />
          ) : null}
        </div>
        <div className={page.pair}>
          <NativeSelect
            label={t('deviceForm.credentials')}
            value={typed === undefined ? form.credentials : TYPED}
            error={problems.of('snmp')}
            onChange={(event) => {
              const { value } = event.currentTarget
              setTyped(
                value === TYPED
                  ? { name: idFrom('snmp', 'snmp', sets.map(asKnown)), form: EMPTY_CREDENTIALS }
                  : undefined,
              )
              set({ credentials: value === TYPED ? '' : value })
            }}
            data={[
              { value: '', label: t('deviceForm.noSnmp') },
              ...[...new Set([...names, form.credentials])].filter(Boolean),
              { value: TYPED, label: t('deviceForm.typed') },
            ]}
          />
          {form.credentials === '' && typed === undefined ? null : (
            <>
              <TextInput
                label={t('deviceForm.profile')}
                placeholder={t('deviceForm.profileAuto')}
                value={form.profile}
                onChange={(event) => set({ profile: event.currentTarget.value })}
              />
              <TextInput
                label={t('deviceForm.port')}
                placeholder="161"
                inputMode="numeric"
                value={form.port}
                error={said('port', 'snmp.port')}
                onChange={(event) => set({ port: event.currentTarget.value })}
              />
              <TextInput
                label={t('deviceForm.interval')}
                placeholder={t('deviceForm.default')}
                inputMode="numeric"
                value={form.interval}
                error={said('interval', 'snmp.intervalMs')}
                onChange={(event) => set({ interval: event.currentTarget.value })}
              />
            </>
          )}
        </div>
        {typed === undefined ? null : <NewCredentials value={typed} known={names} tried={tried} onChange={setTyped} />}
        <Checkbox
          size="xs"
          label={t('deviceForm.ping')}
          checked={form.ping}
          onChange={(event) => set({ ping: event.currentTarget.checked })}
        />
        <div className={page.pair}>
          <TextInput
            label={t('deviceForm.tcp')}
            placeholder="443, 22"
            value={form.tcp}
            error={said('tcp')}
            onChange={(event) => set({ tcp: event.currentTarget.value })}
          />
          <TextInput
            label={t('deviceForm.parents')}
            placeholder={t('deviceForm.parentsHint')}
            value={form.parents}
            error={problems.of('parents')}
            onChange={(event) => set({ parents: event.currentTarget.value })}
          />
          <Textarea
            label={t('deviceForm.http')}
            placeholder={'https://192.0.2.10/'}
            autosize
            minRows={2}
            value={form.http}
            error={said('http')}
            onChange={(event) => set({ http: event.currentTarget.value })}
          />
          <Textarea
            label={t('deviceForm.tags')}
            placeholder={'rack=A1'}
            autosize
            minRows={2}
            value={form.tags}
            error={said('tags')}
            onChange={(event) => set({ tags: event.currentTarget.value })}
          />
        </div>
        <fieldset className={page.fieldset} ref={testPart}>
          <legend>{t('deviceTest.title')}</legend>
          <div className={page.line}>
            <Button variant="default" leftSection={<Icon name="play" size={13} />} loading={test.busy} onClick={tryIt}>
              {test.row === undefined ? t('deviceTest.test') : t('deviceTest.again')}
            </Button>
            <p className={page.hint} style={{ flex: '1 1 260px' }}>
              {t('deviceTest.hint')}
            </p>
          </div>
          <TestSteps test={test} stale={stale} problems={tests} />
        </fieldset>
        {isBad ? (
          <p className={page.notice} data-tone="warn" role="status">
            <span>{t('deviceTest.notGood')}</span>
          </p>
        ) : null}
        <FormProblem failure={save.error} problems={problems} />
        <DialogButtons
          label={isBad ? t('deviceTest.saveAnyway') : t('action.save')}
          busy={save.isPending}
          onClose={onClose}
        />
      </form>
    </Dialog>
  )
}

const asKnown = ({ name }: { readonly name: string }) => ({ id: name })

// A credential set as it is written, and tried at an address of the site before it is saved.
import { Button, NativeSelect, TextInput } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { addressProblem } from '#shared/domain/device-address.ts'
import { LOCAL_ID_PATTERN } from '#shared/domain/identity.ts'
import type { CredentialDraft, CredentialRow } from '#shared/http/site-config.ts'
import { send } from '../api/client.ts'
import { TestSteps } from '../device-test/test-steps.tsx'
import { useDeviceTest } from '../device-test/use-device-test.ts'
import { Dialog, DialogButtons } from '../ui/dialog.tsx'
import { Icon } from '../ui/icons.tsx'
import page from '../ui/page.module.css'
import { FormProblem, problemsOf } from '../ui/problems.tsx'
import { useSaid } from '../ui/said.ts'
import { CredentialFields, CredentialHint, isComplete } from './credential-fields.tsx'
import { type CredentialForm, draftOfCredentials } from './credential-form.ts'
import { configPath } from './site-queries.ts'

export interface CredentialDialogProps {
  readonly site: string
  readonly known: readonly CredentialRow[]
  readonly row?: CredentialRow
  onClose(): void
}

const FIELDS = [
  ...['community', 'user', 'level', 'authProtocol', 'authKey', 'privProtocol', 'privKey', 'context', 'version'],
]

export function CredentialDialog({ site, known, row, onClose }: CredentialDialogProps) {
  const { t } = useTranslation()
  const say = useSaid()
  const queries = useQueryClient()
  const [name, setName] = useState(row?.name ?? '')
  const [form, setForm] = useState<CredentialForm>({
    version: row?.version ?? 'v2c',
    user: row?.user ?? '',
    level: row?.level ?? 'authPriv',
    authProtocol: row?.authProtocol ?? 'sha256',
    privProtocol: row?.privProtocol ?? 'aes',
    context: row?.context ?? '',
    ...{ community: '', authKey: '', privKey: '' },
  })
  const [tried, setTried] = useState(false)
  const save = useMutation({
    mutationFn: (draft: CredentialDraft) =>
      send('PUT', `${configPath(site)}/credentials/${encodeURIComponent(name.trim())}`, draft),
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: ['site-config', site] })
      onClose()
    },
  })
  const problems = problemsOf(save.error, FIELDS, say)
  const nameWrong = row === undefined && !LOCAL_ID_PATTERN.test(name.trim())
  const taken = row === undefined && known.some((one) => one.name === name.trim())
  const set = (change: Partial<CredentialForm>) => setForm((old) => ({ ...old, ...change }))

  function submit(event: FormEvent) {
    event.preventDefault()
    setTried(true)
    if (nameWrong || taken || !isComplete(form, row)) return
    save.mutate(draftOfCredentials(form))
  }

  return (
    <Dialog onClose={onClose} title={row ? t('credentials.edit', { name: row.name }) : t('credentials.add')} size="lg">
      <form onSubmit={submit} className={page.form} noValidate>
        <div className={page.pair}>
          <TextInput
            label={t('credentials.name')}
            required
            disabled={row !== undefined}
            maxLength={63}
            data-autofocus={row === undefined ? true : undefined}
            value={name}
            error={taken ? t('credentials.taken') : tried && nameWrong ? t('site.idRule') : undefined}
            onChange={(event) => setName(event.currentTarget.value)}
            classNames={{ input: 'mono' }}
          />
          <NativeSelect
            label={t('credentials.version')}
            value={form.version}
            error={problems.of('version')}
            onChange={(event) => set({ version: event.currentTarget.value as CredentialForm['version'] })}
            data={['v1', 'v2c', 'v3'].map((value) => ({ value, label: `SNMP ${value}` }))}
          />
        </div>
        <CredentialFields form={form} row={row} tried={tried} problems={problems} onChange={set} />
        <CredentialHint form={form} />
        <TryAt site={site} row={row} form={form} onTry={() => setTried(true)} />
        <FormProblem failure={save.error} problems={problems} />
        <DialogButtons label={t('action.save')} busy={save.isPending} onClose={onClose} />
      </form>
    </Dialog>
  )
}

interface TryAtProps {
  readonly site: string
  readonly row: CredentialRow | undefined
  readonly form: CredentialForm
  onTry(): void
}

/** Asks one device with what is typed. */
function TryAt({ site, row, form, onTry }: TryAtProps) {
  const { t } = useTranslation()
  const say = useSaid()
  const test = useDeviceTest(`/sites/${encodeURIComponent(site)}/device-tests`)
  const [address, setAddress] = useState('')
  const [wrong, setWrong] = useState(false)
  const now = JSON.stringify([address, form])
  const problem = addressProblem(address.trim())

  function start() {
    onTry()
    const isWrong = problem !== undefined
    setWrong(isWrong)
    if (isWrong || !isComplete(form, row)) return
    const snmp = { set: draftOfCredentials(form), ...(row === undefined ? {} : { credentials: row.name }) }
    test.start({ address: address.trim(), snmp, tcpPorts: [] }, now)
  }
  return (
    <fieldset className={page.fieldset}>
      <legend>{t('credentials.try')}</legend>
      <div className={page.fieldWithButton}>
        <TextInput
          label={t('deviceForm.address')}
          value={address}
          error={wrong && problem !== undefined ? say(problem) : undefined}
          onChange={(event) => {
            setAddress(event.currentTarget.value)
            setWrong(false)
          }}
          onKeyDown={(event) => {
            if (event.key !== 'Enter') return
            event.preventDefault()
            start()
          }}
        />
        <Button variant="default" leftSection={<Icon name="play" size={13} />} loading={test.busy} onClick={start}>
          {test.row === undefined ? t('deviceTest.test') : t('deviceTest.again')}
        </Button>
      </div>
      <TestSteps test={test} stale={test.of !== undefined && test.of !== now} />
    </fieldset>
  )
}

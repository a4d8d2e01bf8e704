// A credential set as it is written. A secret left empty stays as it is.
import { NativeSelect, PasswordInput, TextInput } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { LOCAL_ID_PATTERN } from '#shared/domain/identity.ts'
import type { CredentialDraft, CredentialRow } from '#shared/http/site-config.ts'
import { send } from '../api/client.ts'
import { Dialog, DialogButtons } from '../ui/dialog.tsx'
import page from '../ui/page.module.css'
import { FormProblem, problemsOf } from '../ui/problems.tsx'
import { useSaid } from '../ui/said.ts'
import { type CredentialForm, draftOfCredentials, missingSecrets, secretsOf } from './credential-form.ts'
import { configPath } from './site-queries.ts'

export interface CredentialDialogProps {
  readonly site: string
  readonly known: readonly CredentialRow[]
  readonly row?: CredentialRow
  onClose(): void
}

const LEVELS = ['noAuthNoPriv', 'authNoPriv', 'authPriv'] as const
const AUTH = ['md5', 'sha', 'sha224', 'sha256', 'sha384', 'sha512'] as const
const PRIV = ['des', 'aes', 'aes256b', 'aes256r'] as const
const FIELDS = [
  'community',
  'user',
  'level',
  'authProtocol',
  'authKey',
  'privProtocol',
  'privKey',
  'context',
  'version',
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
  const missing = missingSecrets(form, row)
  const set = (change: Partial<CredentialForm>) => setForm((old) => ({ ...old, ...change }))

  function submit(event: FormEvent) {
    event.preventDefault()
    setTried(true)
    if (nameWrong || taken || missing.length > 0 || (form.version === 'v3' && form.user.trim() === '')) return
    save.mutate(draftOfCredentials(form))
  }
  const secret = (key: 'community' | 'authKey' | 'privKey') => (
    <PasswordInput
      key={key}
      size="xs"
      label={t(`secret.${key}`)}
      autoComplete="new-password"
      maxLength={1024}
      placeholder={row?.secrets[key] && row.version === form.version ? t('credentials.unchanged') : ''}
      value={form[key]}
      error={tried && missing.includes(key) ? t('credentials.needed') : problems.of(key)}
      onChange={(event) => set({ [key]: event.currentTarget.value })}
    />
  )

  return (
    <Dialog onClose={onClose} title={row ? t('credentials.edit', { name: row.name }) : t('credentials.add')} size="md">
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
        {form.version === 'v3' ? (
          <>
            <div className={page.pair}>
              <TextInput
                label={t('credentials.user')}
                required
                maxLength={32}
                autoComplete="off"
                value={form.user}
                error={tried && form.user.trim() === '' ? t('credentials.needed') : problems.of('user')}
                onChange={(event) => set({ user: event.currentTarget.value })}
              />
              <NativeSelect
                label={t('credentials.level')}
                value={form.level}
                error={problems.of('level')}
                onChange={(event) => set({ level: event.currentTarget.value as CredentialForm['level'] })}
                data={LEVELS.map((value) => ({ value, label: t(`snmpLevel.${value}`) }))}
              />
            </div>
            {form.level === 'noAuthNoPriv' ? null : (
              <div className={page.pair}>
                <NativeSelect
                  label={t('credentials.authProtocol')}
                  value={form.authProtocol}
                  onChange={(event) =>
                    set({ authProtocol: event.currentTarget.value as CredentialForm['authProtocol'] })
                  }
                  data={AUTH.map((value) => ({ value, label: value.toUpperCase() }))}
                />
                {secret('authKey')}
              </div>
            )}
            {form.level === 'authPriv' ? (
              <div className={page.pair}>
                <NativeSelect
                  label={t('credentials.privProtocol')}
                  value={form.privProtocol}
                  onChange={(event) =>
                    set({ privProtocol: event.currentTarget.value as CredentialForm['privProtocol'] })
                  }
                  data={PRIV.map((value) => ({ value, label: t(`snmpPrivacy.${value}`) }))}
                />
                {secret('privKey')}
              </div>
            ) : null}
            <TextInput
              label={t('credentials.context')}
              maxLength={64}
              value={form.context}
              onChange={(event) => set({ context: event.currentTarget.value })}
            />
          </>
        ) : (
          secret('community')
        )}
        <p className={page.hint}>
          {secretsOf(form).length === 0 ? t('credentials.openHint') : t('credentials.writeOnly')}
        </p>
        <FormProblem failure={save.error} problems={problems} />
        <DialogButtons label={t('action.save')} busy={save.isPending} onClose={onClose} />
      </form>
    </Dialog>
  )
}

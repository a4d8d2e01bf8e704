// A credential set between what is typed and what is sent.
import type { CredentialDraft, CredentialRow } from '#shared/http/site-config.ts'

type Given<K extends keyof CredentialDraft> = NonNullable<CredentialDraft[K]>
export type SecretName = 'community' | 'authKey' | 'privKey'

export interface CredentialForm {
  readonly version: Given<'version'>
  readonly user: string
  readonly level: Given<'level'>
  readonly authProtocol: Given<'authProtocol'>
  readonly privProtocol: Given<'privProtocol'>
  readonly context: string
  /** Empty: stays as it is. */
  readonly community: string
  readonly authKey: string
  readonly privKey: string
}

/** The secrets a set of this kind has. */
export function secretsOf(form: Pick<CredentialForm, 'version' | 'level'>): SecretName[] {
  if (form.version !== 'v3') return ['community']
  if (form.level === 'noAuthNoPriv') return []
  return form.level === 'authNoPriv' ? ['authKey'] : ['authKey', 'privKey']
}

/** Secrets that must be typed: not set yet, or gone with a change of version. */
export function missingSecrets(form: CredentialForm, row: CredentialRow | undefined): SecretName[] {
  return secretsOf(form).filter((key) => form[key] === '' && !(row?.version === form.version && row.secrets[key]))
}

/** What to send: secrets that do not belong to this kind are taken away, empty ones left out. */
export function draftOfCredentials(form: CredentialForm): CredentialDraft {
  const wanted = secretsOf(form)
  const secrets: Partial<Record<SecretName, string | null>> = {}
  for (const key of ['community', 'authKey', 'privKey'] as const) {
    if (!wanted.includes(key)) secrets[key] = null
    else if (form[key] !== '') secrets[key] = form[key]
  }
  if (form.version !== 'v3') return { version: form.version, ...secrets }
  return {
    version: form.version,
    user: form.user.trim(),
    level: form.level,
    ...(wanted.includes('authKey') ? { authProtocol: form.authProtocol } : {}),
    ...(wanted.includes('privKey') ? { privProtocol: form.privProtocol } : {}),
    ...(form.context.trim() === '' ? {} : { context: form.context.trim() }),
    ...secrets,
  }
}

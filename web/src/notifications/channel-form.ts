// A channel between what is kept and what a person fills in. Secrets are only ever written: left empty they stay.
import type { ChannelKind, ChannelRow, SaveChannel } from '#shared/http/notifications.ts'
import { type Draft, valueAt } from '../ui/draft.ts'

export interface ChannelField {
  readonly path: string
  readonly kind: 'text' | 'number' | 'list' | 'flag'
  readonly needed?: boolean
  readonly example?: string
}

export interface ChannelSecret {
  readonly path: string
  readonly needed: boolean
}

/** What is particular to a kind, beside id, language, what it carries and templates. */
export const CHANNEL_FIELDS: Readonly<
  Record<ChannelKind, { readonly fields: readonly ChannelField[]; readonly secrets: readonly ChannelSecret[] }>
> = {
  email: {
    fields: [
      { path: 'server.host', kind: 'text', needed: true, example: 'smtp.example.org' },
      { path: 'server.port', kind: 'number', example: '587' },
      { path: 'server.username', kind: 'text' },
      { path: 'from', kind: 'text', needed: true, example: 'noc@example.org' },
      { path: 'to', kind: 'list', needed: true, example: 'duty@example.org' },
      { path: 'server.secure', kind: 'flag' },
      { path: 'server.plain', kind: 'flag' },
    ],
    secrets: [{ path: 'server.password', needed: false }],
  },
  webhook: {
    fields: [
      { path: 'url', kind: 'text', needed: true, example: 'https://hooks.example.org/alarms' },
      { path: 'allowPrivate', kind: 'flag' },
    ],
    secrets: [{ path: 'secret', needed: true }],
  },
  wecom: { fields: [], secrets: [{ path: 'url', needed: true }] },
  dingtalk: {
    fields: [],
    secrets: [
      { path: 'url', needed: true },
      { path: 'secret', needed: false },
    ],
  },
  feishu: {
    fields: [],
    secrets: [
      { path: 'url', needed: true },
      { path: 'secret', needed: false },
    ],
  },
  slack: { fields: [], secrets: [{ path: 'url', needed: true }] },
  sms: {
    fields: [
      { path: 'url', kind: 'text', needed: true, example: 'https://sms.example.org/send' },
      { path: 'to', kind: 'list', needed: true, example: '+8613800000000' },
    ],
    secrets: [{ path: 'token', needed: false }],
  },
}

export const CHANNEL_KINDS = Object.keys(CHANNEL_FIELDS) as readonly ChannelKind[]

export function newChannel(kind: ChannelKind, language: 'en' | 'zh-CN'): Draft {
  return { id: '', kind, enabled: true, language }
}

/** Keys of the settings that no field shows: kept, and changed as YAML. */
export function furtherOf(settings: Draft): Draft {
  const { fields, secrets } = fieldsOf(settings)
  const known = new Set(['id', 'kind', 'enabled', 'language', 'on', 'template'])
  for (const { path } of [...fields, ...secrets]) known.add(path.split('.')[0] ?? '')
  return Object.fromEntries(Object.entries(settings).filter(([key]) => !known.has(key)))
}

/** The settings with `further` in place of what no field shows. */
export function withFurther(settings: Draft, further: Draft): Draft {
  const old = Object.keys(furtherOf(settings))
  const kept = Object.fromEntries(Object.entries(settings).filter(([key]) => !old.includes(key)))
  return { ...kept, ...furtherOf({ ...further, kind: settings.kind }) }
}

export function fieldsOf(settings: Draft): (typeof CHANNEL_FIELDS)[ChannelKind] {
  return CHANNEL_FIELDS[settings.kind as ChannelKind] ?? { fields: [], secrets: [] }
}

/** What is still to be filled in, by path. `set`: secrets that are kept already. */
export function missingOf(settings: Draft, typed: Readonly<Record<string, string>>, set: readonly string[]): string[] {
  const { fields, secrets } = fieldsOf(settings)
  const isEmpty = (value: unknown) =>
    value === undefined || value === '' || (Array.isArray(value) && value.length === 0)
  const id = String(settings.id ?? '')
  return [
    ...(/^[a-z0-9][a-z0-9-]{0,62}$/.test(id) ? [] : ['id']),
    ...fields.filter((one) => one.needed && isEmpty(valueAt(settings, one.path))).map((one) => one.path),
    ...secrets.filter((one) => one.needed && !set.includes(one.path) && !typed[one.path]).map((one) => one.path),
  ]
}

/** `typed`: new secrets by path; '' leaves one as it is. `gone`: those to take away. */
export function channelToSend(
  row: Pick<ChannelRow, 'version'> | undefined,
  settings: Draft,
  typed: Readonly<Record<string, string>>,
  gone: readonly string[],
): SaveChannel {
  const secrets: Record<string, string | null> = {}
  for (const { path } of fieldsOf(settings).secrets) {
    if (typed[path]) secrets[path] = typed[path]
    else if (gone.includes(path)) secrets[path] = null
  }
  return { version: row?.version ?? 0, settings, secrets }
}

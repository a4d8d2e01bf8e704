// A channel between the console, the database and the program: words here, secrets there, put together only to be built.
import { CHANNEL_SECRETS, type ChannelKind } from '#shared/http/notifications.ts'
import type { ChannelConfig } from '../config/channel-config.ts'
import type { KeptChannel } from './book-store.ts'

/** Seals secrets at rest; `place` is what a secret is of. */
export interface SecretBox {
  seal(text: string, place: string): string
  /** Throws when it was sealed under another key. */
  open(box: string, place: string): string
}

type Problems = readonly { readonly path: string; readonly message: string }[]
type Doc = Readonly<Record<string, unknown>>

export interface ChannelDraft {
  readonly settings: Doc
  readonly secrets: Readonly<Record<string, string | null>>
  readonly before: KeptChannel | undefined
  readonly box: SecretBox
  readonly parse: (doc: Doc) => { readonly config: ChannelConfig } | { readonly problems: Problems }
}

/** Paths of what is secret in a channel of this kind; none for one that there is not. */
export function secretPaths(kind: unknown): readonly string[] {
  return (CHANNEL_SECRETS[kind as ChannelKind] ?? []).map((s) => s.path)
}

/** What is kept of a draft, or what is wrong with it. Secrets that are left out stay, unless the kind is another. */
export function draftChannel(
  draft: ChannelDraft,
): { readonly doc: Doc; readonly secrets: Record<string, string> } | { readonly problems: Problems } {
  const { settings, secrets, before, box, parse } = draft
  const paths = secretPaths(settings.kind)
  const written = paths.filter((path) => valueAt(settings, path) !== undefined)
  const unknown = Object.keys(secrets).filter((path) => !paths.includes(path))
  if (written.length + unknown.length > 0)
    return {
      problems: [
        ...written.map((path) => ({ path: `settings.${path}`, message: 'a secret: give it under `secrets`' })),
        ...unknown.map((path) => ({ path: `secrets.${path}`, message: 'no secret of this kind of channel' })),
      ],
    }
  const id = String(settings.id)
  const kept: Record<string, string> = {}
  const plain: Record<string, string> = {}
  for (const path of paths) {
    const given = secrets[path]
    const stays = before !== undefined && before.doc.kind === settings.kind ? before.secrets[path] : undefined
    if (typeof given === 'string') {
      plain[path] = given
      kept[path] = box.seal(given, placeOf(id, path))
    } else if (given === undefined && stays !== undefined) {
      const text = openOr(box, stays, placeOf(id, path))
      if (text === undefined)
        return {
          problems: [{ path: `secrets.${path}`, message: 'kept under another key of the collector: give it again' }],
        }
      plain[path] = text
      kept[path] = stays
    }
  }
  const parsed = parse(joined(settings, plain))
  if ('problems' in parsed)
    return {
      problems: parsed.problems.map(({ path, message }) => ({
        path: paths.includes(path) ? `secrets.${path}` : `settings.${path}`,
        message,
      })),
    }
  return { doc: settings, secrets: kept }
}

/** The channel as it is built, or why it cannot be. */
export function openChannel(kept: KeptChannel, box: SecretBox, parse: ChannelDraft['parse']): ChannelConfig | string {
  const plain: Record<string, string> = {}
  for (const [path, sealed] of Object.entries(kept.secrets)) {
    const text = openOr(box, sealed, placeOf(kept.id, path))
    if (text === undefined) return `${path} was kept under another key of the collector`
    plain[path] = text
  }
  const parsed = parse(joined(kept.doc, plain))
  return 'config' in parsed ? parsed.config : parsed.problems.map((p) => `${p.path}: ${p.message}`).join('; ')
}

const placeOf = (id: string, path: string): string => `channel/${id}/${path}`

function openOr(box: SecretBox, sealed: string, place: string): string | undefined {
  try {
    return box.open(sealed, place)
  } catch {
    return undefined
  }
}

function valueAt(doc: Doc, path: string): unknown {
  return path.split('.').reduce<unknown>((at, key) => (at as Doc | null | undefined)?.[key], doc)
}

/** A copy with these values at their paths. */
function joined(doc: Doc, values: Readonly<Record<string, string>>): Doc {
  const copy = structuredClone(doc) as Record<string, unknown>
  for (const [path, value] of Object.entries(values)) {
    const keys = path.split('.')
    const last = keys.pop() as string
    let at = copy
    for (const key of keys) {
      const inner = at[key]
      at[key] = typeof inner === 'object' && inner !== null ? inner : {}
      at = at[key] as Record<string, unknown>
    }
    at[last] = value
  }
  return copy
}

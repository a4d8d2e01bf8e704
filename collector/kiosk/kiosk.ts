// Wallboards' links. Comes in: tokens and screens' secrets. Goes out: what a screen may see, or nothing. A link is no
// account: it opens the boards and no other route, never ends by idleness, and stops at once when it is revoked.
import { hash, randomBytes, timingSafeEqual } from 'node:crypto'
import { KIOSK_TOKEN, type KioskDraft, type KioskRow, type MadeKiosk, SCREEN_DAYS } from '#shared/http/kiosk.ts'
import type { Kiosk, KioskCommit, KioskStore, StoredScreen } from './kiosk-store.ts'

/** A screen that asks, or a program with the token itself. */
export interface KioskViewer {
  readonly kiosk: string
  readonly name: string
  /** Ids of the customers it may show; null: all. */
  readonly customers: readonly string[] | null
  readonly expiresAt: number | null
  /** null: asked with the token itself. */
  readonly screen: string | null
}

export interface Opened {
  /** For the browser's cookie. */
  readonly secret: string
  readonly viewer: KioskViewer
}

export interface Kiosks {
  make(actor: string, draft: KioskDraft): Promise<MadeKiosk>
  list(): Promise<KioskRow[]>
  /** Ends the link and its screens' connections now. False: there is none. */
  revoke(actor: string, id: string): Promise<boolean>
  /** Turns a token into a screen's own secret; `previous` is kept when it is of the same link. Undefined: a wrong token. */
  open(
    token: string,
    from: { readonly address: string; readonly program: string; readonly previous?: string | undefined },
  ): Promise<Opened | undefined>
  /** At most one of the two is looked at; a bearer token wins. */
  identify(credentials: {
    readonly secret?: string | undefined
    readonly bearer?: string | undefined
  }): Promise<KioskViewer | undefined>
  /** Notes that a screen follows; `end` is called when the link is revoked. Undefined when too many do; else how to leave. */
  follow(viewer: KioskViewer, shows: string, end: () => void): (() => void) | undefined
  /** Forgets screens that were not seen for longer than a browser keeps its cookie. */
  sweep(): Promise<void>
}

const DAY_MS = 86_400_000
const TOUCH_MS = 60_000
/** Browsers of one link that are remembered; those seen last stay. */
const MAX_SCREENS = 100
/** Streams of one link at a time. */
const MAX_FOLLOWING = 100

export function createKiosks(deps: {
  readonly store: KioskStore
  readonly commit: KioskCommit
  readonly now: () => number
}): Kiosks {
  const { store, now } = deps
  const following = new Map<string, Set<Following>>()
  const alive = (kiosk: Kiosk) => kiosk.expiresAt === null || kiosk.expiresAt > now()

  return {
    async make(actor, { name, customers, days }) {
      const id = randomBytes(6).toString('hex')
      const token = `ork_${id}_${randomBytes(32).toString('base64url')}`
      const at = now()
      const expiresAt = days === undefined ? null : at + days * DAY_MS
      const kiosk: Kiosk = { id, name, customers, createdAt: at, createdBy: actor, expiresAt, lastUsedAt: null }
      const detail = { name, customers, expiresAt }
      await deps.commit([{ kind: 'save-kiosk', kiosk: { ...kiosk, hash: digest(token) } }], {
        ...{ actor, action: 'make-kiosk', subject: `kiosk:${id}`, detail },
      })
      return { ...rowOf(kiosk, []), token }
    },
    async list() {
      const kiosks = await store.kiosks()
      return Promise.all(kiosks.map(async (kiosk) => rowOf(kiosk, await screensOf(kiosk.id))))
    },
    async revoke(actor, id) {
      const kiosk = await store.kiosk(id)
      if (!kiosk) return false
      const entry = { actor, action: 'revoke-kiosk', subject: `kiosk:${id}`, detail: { name: kiosk.name } }
      await deps.commit([{ kind: 'delete-kiosk', id }], entry)
      for (const one of [...(following.get(id) ?? [])]) one.end()
      following.delete(id)
      return true
    },
    async open(token, { address, program, previous }) {
      const kiosk = await byToken(token)
      if (!kiosk) return undefined
      const known = previous === undefined ? undefined : await store.screen(digest(previous))
      if (previous !== undefined && known?.kiosk === kiosk.id) {
        await store.touch(kiosk.id, known.idHash, now())
        return { secret: previous, viewer: viewerOf(kiosk, known.idHash) }
      }
      const secret = randomBytes(32).toString('base64url')
      const at = now()
      const screen = { idHash: digest(secret), kiosk: kiosk.id, openedAt: at, seenAt: at, address, program }
      await deps.commit([{ kind: 'save-screen', screen, keep: MAX_SCREENS }], {
        ...{ actor: `kiosk:${kiosk.id}`, action: 'open-kiosk', subject: `kiosk:${kiosk.id}` },
        detail: { name: kiosk.name, address },
      })
      await store.touch(kiosk.id, null, at)
      return { secret, viewer: viewerOf(kiosk, screen.idHash) }
    },
    async identify({ secret, bearer }) {
      if (bearer !== undefined) {
        const kiosk = await byToken(bearer)
        if (kiosk) await touch(kiosk, null)
        return kiosk && viewerOf(kiosk, null)
      }
      const screen = secret === undefined ? undefined : await store.screen(digest(secret))
      const kiosk = screen && (await store.kiosk(screen.kiosk))
      if (!screen || !kiosk || !alive(kiosk)) return undefined
      await touch(kiosk, screen)
      return viewerOf(kiosk, screen.idHash)
    },
    follow(viewer, shows, end) {
      const all = following.get(viewer.kiosk) ?? new Set()
      if (all.size >= MAX_FOLLOWING) return undefined
      const one = { screen: viewer.screen, shows, end }
      following.set(viewer.kiosk, all.add(one))
      return () => {
        all.delete(one)
        if (all.size === 0 && following.get(viewer.kiosk) === all) following.delete(viewer.kiosk)
      }
    },
    sweep: () => store.deleteScreensBefore(now() - SCREEN_DAYS * DAY_MS),
  }

  async function byToken(token: string): Promise<Kiosk | undefined> {
    const id = KIOSK_TOKEN.exec(token)?.[1]
    const kiosk = id === undefined ? undefined : await store.kiosk(id)
    const right = kiosk !== undefined && timingSafeEqual(Buffer.from(kiosk.hash), Buffer.from(digest(token)))
    return right && alive(kiosk) ? kiosk : undefined
  }

  async function touch(kiosk: Kiosk, screen: StoredScreen | null): Promise<void> {
    const last = Math.max(screen?.seenAt ?? 0, screen === null ? (kiosk.lastUsedAt ?? 0) : 0)
    if (last < now() - TOUCH_MS) await store.touch(kiosk.id, screen?.idHash ?? null, now())
  }

  async function screensOf(kiosk: string): Promise<KioskRow['screens']> {
    const open = new Map([...(following.get(kiosk) ?? [])].map((one) => [one.screen, one.shows]))
    return (await store.screens(kiosk)).map(({ idHash, openedAt, seenAt, address, program }) => ({
      ...{ id: idHash.slice(0, 12), address, program, openedAt, seenAt },
      ...{ shows: open.get(idHash) ?? '', connected: open.has(idHash) },
    }))
  }
}

interface Following {
  readonly screen: string | null
  readonly shows: string
  readonly end: () => void
}

const digest = (secret: string) => hash('sha256', secret, 'hex')

const viewerOf = ({ id, name, customers, expiresAt }: Kiosk, screen: string | null): KioskViewer => ({
  ...{ kiosk: id, name, customers, expiresAt, screen },
})

const rowOf = ({ customers, ...kiosk }: Kiosk, screens: KioskRow['screens']): KioskRow => ({
  ...{ id: kiosk.id, name: kiosk.name, customers: customers === null ? null : [...customers] },
  ...{ createdAt: kiosk.createdAt, createdBy: kiosk.createdBy, expiresAt: kiosk.expiresAt },
  ...{ lastUsedAt: kiosk.lastUsedAt, screens },
})

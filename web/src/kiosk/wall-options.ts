// What a wallboard's address says: which boards, how long each, language, theme, zone, night. Whatever is not understood is
// left out: a wall shows something rather than an error.
import type { Board } from '#shared/http/kiosk.ts'

export const BOARDS = ['alarms', 'map', 'counters'] as const satisfies readonly Board[]

export interface View {
  readonly board: Board
  readonly seconds: number
}

export interface WallOptions {
  /** At least one. */
  readonly views: readonly View[]
  /** null: as the browser prefers. */
  readonly language: 'en' | 'zh-CN' | null
  readonly theme: 'dark' | 'light' | 'auto'
  /** IANA name. */
  readonly zone: string
  /** Minutes of the day in `zone` between which it is dimmed; null: never. */
  readonly night: { readonly from: number; readonly to: number } | null
  /** How much darker at night, 0 to 0.9. */
  readonly dim: number
  /** How long a page of a board stands when there is more than fits. */
  readonly pageSeconds: number
  /** Which link's cookie is meant; null: none was given. */
  readonly link: string | null
}

export const DEFAULT_SECONDS = 30
const DEFAULT_DIM = 0.6
const DEFAULT_PAGE_SECONDS = 10
const MAX_VIEWS = 20

/** `path` like `/kiosk/alarms`, `search` like `?rotate=alarms:30,map:20&night=22-6`; `readerZone` when none is given. */
export function readWallOptions(path: string, search: string, readerZone: string): WallOptions {
  const query = new URLSearchParams(search)
  const first = boardOf(/^\/kiosk\/([\w-]+)/.exec(path)?.[1]) ?? 'alarms'
  const listed = (query.get('rotate') ?? '').split(',').slice(0, MAX_VIEWS).flatMap(viewOf)
  const own = { board: first, seconds: DEFAULT_SECONDS }
  // what the path names is shown, first of all
  const at = listed.findIndex((view) => view.board === first)
  const views = at < 0 ? [own, ...listed] : [...listed.slice(at), ...listed.slice(0, at)]
  return {
    views,
    language: (['en', 'zh-CN'] as const).find((one) => one === query.get('lang')) ?? null,
    theme: (['light', 'auto'] as const).find((one) => one === query.get('theme')) ?? 'dark',
    zone: zoneOf(query.get('zone')) ?? readerZone,
    night: nightOf(query.get('night')),
    dim: within(query.get('dim'), 0, 90, DEFAULT_DIM * 100) / 100,
    pageSeconds: within(query.get('page'), 3, 300, DEFAULT_PAGE_SECONDS),
    link: query.get('k'),
  }
}

/** The search part for a link; what is as it would be anyway is left out. */
export function wallSearch(options: {
  readonly views: readonly View[]
  readonly language?: string | undefined
  readonly theme?: string | undefined
  readonly zone?: string | undefined
  readonly night?: string | undefined
  readonly dim?: number | undefined
}): string {
  const { views, language, theme, zone, night, dim } = options
  const query = new URLSearchParams()
  if (views.length > 1) query.set('rotate', views.map((view) => `${view.board}:${view.seconds}`).join(','))
  if (language) query.set('lang', language)
  if (theme && theme !== 'dark') query.set('theme', theme)
  if (zone) query.set('zone', zone)
  if (night && nightOf(night)) query.set('night', night)
  if (night && dim !== undefined && dim !== DEFAULT_DIM * 100) query.set('dim', String(dim))
  // commas, colons and slashes read better as they are, and are allowed there
  return query.toString().replace(/%2C/g, ',').replace(/%3A/g, ':').replace(/%2F/g, '/')
}

/** `22-6`, `22:30-06:00`; null when it is no span of hours. */
export function nightOf(text: string | null): WallOptions['night'] {
  const match = /^(\d{1,2})(?::(\d{2}))?-(\d{1,2})(?::(\d{2}))?$/.exec(text ?? '')
  if (!match) return null
  const [from, to] = [minutes(match[1], match[2]), minutes(match[3], match[4])]
  return from === null || to === null || from === to ? null : { from, to }
}

function minutes(hour: string | undefined, minute: string | undefined): number | null {
  const value = Number(hour) * 60 + Number(minute ?? 0)
  return Number(minute ?? 0) > 59 || value > 24 * 60 ? null : value % (24 * 60)
}

function viewOf(text: string): View[] {
  const [name, seconds] = text.trim().split(':')
  const board = boardOf(name)
  return board === undefined ? [] : [{ board, seconds: within(seconds ?? null, 5, 3600, DEFAULT_SECONDS) }]
}

const boardOf = (name: string | undefined): Board | undefined => BOARDS.find((board) => board === name)

function within(text: string | null, min: number, max: number, otherwise: number): number {
  const value = text === null || text.trim() === '' ? Number.NaN : Number(text)
  return Number.isFinite(value) ? Math.min(max, Math.max(min, value)) : otherwise
}

function zoneOf(name: string | null): string | undefined {
  if (!name) return undefined
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone && name
  } catch {
    return undefined
  }
}

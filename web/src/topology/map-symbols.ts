// Symbols of the picture as small drawings: the kind of device, its colour, and the letter of its worst alarm.
import type { MapNode, NodeKind, Tone } from './map-model.ts'

/** Colours of the theme by name, without `--o-`. */
export type Colours = (name: string) => string

export const SYMBOL = 56

/** Strokes on a field of 24. */
const STROKES: Readonly<Record<NodeKind, string>> = {
  switch: 'M3 8h18v8H3zM6 12h.01M9 12h.01M12 12h.01M15 12h.01M18 12h.01',
  router:
    'M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16zM12 6.5v4M10.5 8L12 6.5 13.5 8M12 17.500v-4M10.5 16l1.5 1.5 1.5-1.500M17.5 12h-4M6.5 12h4',
  firewall: 'M3 5h18v14H3zM3 9.700h18M3 14.300h18M9 5v4.700M15 9.700v4.600M9 14.300V19',
  'access-point': 'M12 14v6M8 20h8M12 14a2 2 0 1 0 0-.01M7.5 9.500a6.4 6.4 0 0 1 9 0M5 7a10 10 0 0 1 14 0',
  server: 'M4 4h16v6.500H4zM4 13.500h16V20H4zM7 7.200h.01M7 16.700h.01M11 7.200h6M11 16.700h6',
  storage: 'M4 6c0-3 16-3 16 0v12c0 3-16 3-16 0zM4 6c0 3 16 3 16 0M4 12c0 3 16 3 16 0',
  ups: 'M3 7h15v10H3zM18 10h3v4h-3M11.5 8.500L8 12.500h4l-1.5 3.5',
  camera: 'M3 8h11v8H3zM14 11l6-3v8l-6-3M7 19h4',
  phone:
    'M6 3.500h4l1.5 4.5-2.5 2a11 11 0 0 0 5 5l2-2.5 4.5 1.500v4c0 1.5-1.5 2.5-3 2.500C10.5 20 4 13.5 3.5 6.500c0-1.5 1-3 2.5-3z',
  printer: 'M7 9V4h10v5M4 9h16v8h-3v-3H7v3H4zM7 14h10v6H7z',
  sensor: 'M12 3.500a2.2 2.2 0 0 0-2.2 2.200v8a4 4 0 1 0 4.4 0v-8A2.2 2.2 0 0 0 12 3.500zM12 9v7',
  controller: 'M6 6h12v12H6zM9.5 9.500h5v5h-5zM9 3v3M15 3v3M9 18v3M15 18v3M3 9h3M3 15h3M18 9h3M18 15h3',
  device: 'M4 5h16v11H4zM9 20h6M12 16v4',
  agent: 'M12 13v7M8.5 20h7M12 11a1.8 1.8 0 1 0 0-.01M7.5 14a6 6 0 0 1 0-8.400M16.5 14a6 6 0 0 0 0-8.4',
  unwatched: 'M7 17.500a4 4 0 0 1-.5-8 5.5 5.5 0 0 1 10.6-1A4.5 4.5 0 0 1 17 17.500z',
  port: 'M4 6h16v12H4zM8 18v-5h2v-2h4v2h2v5',
  supply: 'M9 3v5M15 3v5M6 8h12v4a6 6 0 0 1-12 0zM12 18v3',
}

const LETTERS: Readonly<Partial<Record<Tone, string>>> = {
  critical: 'C',
  major: 'M',
  minor: 'm',
  warning: 'w',
  indeterminate: '?',
  down: '✕',
  unknown: '?',
}

/** The drawing as an address of an image: no text of a device is in it. */
export function symbolOf({ kind, verdict }: Pick<MapNode, 'kind' | 'verdict'>, tone: Tone, colours: Colours): string {
  const isRound = kind === 'agent' || kind === 'unwatched' || kind === 'port' || kind === 'supply'
  const line = lineOf(tone, colours)
  const isGrave = verdict === 'cause' || verdict === 'inferred'
  const fill = isGrave ? colours('critical-wash') : colours('panel')
  const dash = verdict === 'well' || verdict === 'cause' || tone === 'unwatched' ? '' : ' stroke-dasharray="5 3.5"'
  const frame = `fill="${fill}" stroke="${isGrave ? colours('critical') : line}" stroke-width="${isGrave ? 3.2 : 2}"${dash}`
  const box = isRound
    ? `<circle cx="26" cy="30" r="22" ${frame}/>`
    : `<rect x="4" y="8" width="44" height="44" rx="9" ${frame}/>`
  const icon = `<g transform="translate(13 17) scale(1.08)" fill="none" stroke="${tone === 'well' || tone === 'unwatched' ? colours('ink-2') : colours('ink')}" stroke-width="1.5" stroke-linecap="round" stroke-linejoin="round"><path d="${STROKES[kind]}"/></g>`
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="112" height="112" viewBox="0 0 56 56">${box}${icon}${badgeOf(tone, colours)}</svg>`
  return `data:image/svg+xml;utf8,${encodeURIComponent(svg)}`
}

/** Seen from far, where no stroke can be told: its colour and its letter fill it. */
export function farSymbolOf({ verdict }: Pick<MapNode, 'verdict'>, tone: Tone, colours: Colours): string {
  const letter = LETTERS[tone]
  const line = verdict === 'cause' || verdict === 'inferred' ? colours('critical') : lineOf(tone, colours)
  const isCalm = letter === undefined
  const frame = `x="2" y="6" width="48" height="48" rx="8" stroke="${line}" stroke-width="3"`
  const box = `<rect ${frame} fill="${line}" fill-opacity="${isCalm ? 0.22 : 1}"/>`
  const ink = tone === 'minor' ? '#241c00' : '#fff'
  const text = `font-family="sans-serif" font-size="34" font-weight="700" text-anchor="middle" fill="${ink}"`
  const mark = isCalm ? '' : `<text x="26" y="42" ${text}>${letter}</text>`
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="112" height="112" viewBox="0 0 56 56">${box}${mark}</svg>`
  return `data:image/svg+xml;utf8,${encodeURIComponent(svg)}`
}

function badgeOf(tone: Tone, colours: Colours): string {
  const letter = LETTERS[tone]
  if (letter === undefined) return ''
  const ink = tone === 'minor' ? '#241c00' : '#fff'
  const text = `font-family="sans-serif" font-size="12" font-weight="700" text-anchor="middle" fill="${ink}"`
  return `<rect x="37" y="0" width="19" height="19" rx="5" fill="${lineOf(tone, colours)}"/><text x="46.5" y="13.8" ${text}>${letter}</text>`
}

function lineOf(tone: Tone, colours: Colours): string {
  if (tone === 'well') return colours('cleared')
  if (tone === 'down') return colours('critical')
  if (tone === 'unknown' || tone === 'unwatched') return colours('muted')
  return colours(tone)
}

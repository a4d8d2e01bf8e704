// Measured values as alarm texts say them.

export type Language = 'zh-CN' | 'en'

const SYMBOLS: Readonly<Record<string, string>> = { Cel: '°C', '%': '%', By: 'B', '{rpm}': 'rpm', '{packet}/s': '/s' }
const MINUTES = { 'zh-CN': '分钟', en: 'min' }
const DAYS = { 'zh-CN': '天', en: 'days' }
const SIZES = ['B', 'KB', 'MB', 'GB', 'TB', 'PB']

/** A number with its unit (UCUM as profiles write it): `78 °C`, `93 %`, `5 min`, `1.5 TB`. */
export function readingOf(value: number, unit: string, language: Language): string {
  if (!Number.isFinite(value)) return ''
  if (unit === 's') return seconds(value, language)
  if (unit === 'By') return bytes(value)
  const name = SYMBOLS[unit] ?? unit.replace(/\{[^}]*\}/g, '')
  return [short(value), name].filter((part) => part !== '').join(' ')
}

function seconds(value: number, language: Language): string {
  if (Math.abs(value) >= 2 * 86_400) return `${short(value / 86_400, 1)} ${DAYS[language]}`
  return Math.abs(value) >= 120 ? `${short(value / 60, 1)} ${MINUTES[language]}` : `${short(value)} s`
}

function bytes(value: number): string {
  const step = Math.min(SIZES.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(1, Math.abs(value))) / 3)))
  return `${short(value / 1000 ** step, 1)} ${SIZES[step]}`
}

function short(value: number, digits = 2): string {
  return String(Math.round(value * 10 ** digits) / 10 ** digits)
}

// Log lines with the truth about them. Written without looking at the parser: stamps are made by Temporal from a moment.

/** The time zone of the site whose equipment gives no zone. */
export const SITE_ZONE = 'Asia/Shanghai'

export interface TrueLine {
  readonly vendor: string
  readonly bytes: Buffer
  /** Occurs once in all lines, inside the message. */
  readonly token: string
  readonly facility: number
  readonly severity: number
  readonly host: string | undefined
  /** UTC ms; undefined when the line states none that can be believed. */
  readonly time: number | undefined
  /** The vendor's name of the message, or the program when there is none. */
  readonly name: string | undefined
  readonly app: string | undefined
  /** What the record's message must end with. */
  readonly text: string
}

/** What a vendor's writer is given for one line. */
export interface LineSeed {
  readonly token: string
  readonly facility: number
  readonly severity: number
  /** Whole seconds, UTC ms, within days of now. */
  readonly time: number
  /** A milliseconds part for forms that have one. */
  readonly fraction: number
  pick<T>(...values: readonly T[]): T
  number(below: number): number
}

/** One form of line: `head` is everything before the text; `time` overrides when the form says it otherwise. */
export interface Written {
  readonly line: string | Buffer
  readonly host?: string | undefined
  readonly time?: number | undefined
  readonly name?: string | undefined
  readonly app?: string | undefined
  readonly text: string
}

export type Writer = (seed: LineSeed) => Written

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
const DAYS = ['', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']

const two = (n: number) => String(n).padStart(2, '0')

/** Parts of a moment as clocks at the site show it. */
export function local(time: number, zone: string = SITE_ZONE) {
  const z = Temporal.Instant.fromEpochMilliseconds(time).toZonedDateTimeISO(zone)
  const clock = `${two(z.hour)}:${two(z.minute)}:${two(z.second)}`
  const month = MONTHS[z.month - 1] as string
  return {
    year: z.year,
    clock,
    /** `Nov  2 03:00:00` */
    bsd: `${month} ${String(z.day).padStart(2)} ${clock}`,
    /** `Nov 02` */
    day: `${month} ${two(z.day)}`,
    weekday: DAYS[z.dayOfWeek] as string,
    date: `${z.year}-${two(z.month)}-${two(z.day)}`,
    slashed: `${z.year}/${two(z.month)}/${two(z.day)}`,
    offset: z.offset,
  }
}

export const three = (n: number): string => String(n).padStart(3, '0')

// The door to public holidays: the days off and the make-up working days that the State Council announces year by year.
// Years come with the program; files of the installation add years or replace them. Loaded when first asked for.
import { z } from 'zod'
import { printProblem, readConfig } from '../config/read-config.ts'

/** Days as `2026-10-01`, each with its name. */
export interface HolidayYear {
  readonly year: number
  /** Days off, weekends inside them included. */
  readonly holidays: ReadonlyMap<string, string>
  /** Weekend days that are worked. */
  readonly workdays: ReadonlyMap<string, string>
  /** File the year comes from; null: it came with the program. */
  readonly file: string | null
}

export type YearAnswer =
  | { readonly covered: true; readonly data: HolidayYear }
  | { readonly covered: false; readonly reason: string }

export type DayKind = 'holiday' | 'make-up-workday' | 'ordinary'

export interface HolidayYears {
  holidayData(year: number): YearAnswer
  /** What the announcement says of a day (`2026-10-01`); ordinary: nothing, the weekday decides. undefined: no data. */
  dayKind(day: string): { readonly kind: DayKind; readonly name: string | null } | undefined
  /** Years there are, rising. */
  years(): readonly number[]
  /** Files that are not used, and why: `file:line:column: ...`. */
  readonly problems: readonly string[]
}

const Day = z.iso.date()
const Name = z.string().min(1).max(64)
const YearFile = z
  .strictObject({
    year: z.int().min(2004).max(2200),
    holidays: z.record(Day, Name),
    workdays: z.record(Day, Name).default({}),
  })
  .superRefine((file, ctx) => {
    for (const kind of ['holidays', 'workdays'] as const)
      for (const day of Object.keys(file[kind]))
        if (!day.startsWith(`${file.year}-`))
          ctx.addIssue({ code: 'custom', path: [kind, day], message: `${day} is not in ${file.year}` })
    for (const day of Object.keys(file.workdays))
      if (Object.hasOwn(file.holidays, day))
        ctx.addIssue({ code: 'custom', path: ['workdays', day], message: `${day} is also a holiday` })
  })

/** `files`: year files of the installation, YAML or JSON; a later one of the same year wins. Never rejects for a bad file. */
export async function openHolidays(
  files: readonly { readonly name: string; readonly text: string }[] = [],
): Promise<HolidayYears> {
  const years = await packagedYears()
  const problems: string[] = []
  for (const { name, text } of files) {
    const none = { env: () => undefined, file: () => '' }
    const read = readConfig(text, YearFile, { file: name, secrets: none })
    if (!read.ok) problems.push(...read.problems.map(printProblem))
    else years.set(read.value.year, yearOf(read.value, name))
  }
  const holidayData = (year: number): YearAnswer => {
    const data = years.get(year)
    return data ? { covered: true, data } : { covered: false, reason: `no data for year ${year}` }
  }
  return {
    holidayData,
    dayKind(day) {
      const data = years.get(Number(day.slice(0, 4)))
      if (data === undefined) return undefined
      const holiday = data.holidays.get(day)
      if (holiday !== undefined) return { kind: 'holiday', name: holiday }
      const workday = data.workdays.get(day)
      return workday === undefined ? { kind: 'ordinary', name: null } : { kind: 'make-up-workday', name: workday }
    },
    years: () => [...years.keys()].sort((a, b) => a - b),
    problems,
  }
}

/** The data alone (40 KB), without the library around it. Names there are `English,中文,days`. */
async function packagedYears(): Promise<Map<number, HolidayYear>> {
  const { default: all } = await import('chinese-days/dist/chinese-days.json', { with: { type: 'json' } })
  const years = new Map<
    number,
    { year: number; holidays: Map<string, string>; workdays: Map<string, string>; file: null }
  >()
  const put = (kind: 'holidays' | 'workdays') => {
    for (const [day, text] of Object.entries(all[kind] as Record<string, string>)) {
      const year = Number(day.slice(0, 4))
      const data = years.get(year) ?? { year, holidays: new Map(), workdays: new Map(), file: null }
      years.set(year, data)
      data[kind].set(day, text.split(',')[1] ?? text)
    }
  }
  put('holidays')
  put('workdays')
  return years
}

function yearOf(file: z.output<typeof YearFile>, name: string): HolidayYear {
  const map = (days: Record<string, string>) => new Map(Object.entries(days).sort(([a], [b]) => a.localeCompare(b)))
  return { year: file.year, holidays: map(file.holidays), workdays: map(file.workdays), file: name }
}

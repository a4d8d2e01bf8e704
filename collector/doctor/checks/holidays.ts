// Holiday data: this year's and, once it is published (November), next year's.
import type { CollectorCheck } from '../doctor.ts'

/** The State Council publishes the coming year in the first half of November. */
const PUBLISHED_MONTH = 11

export const holidayCheck: CollectorCheck = {
  name: 'holidays',
  async run({ holidays, machine, config }) {
    const known = await holidays()
    const shanghai = new Date(machine.now() + 8 * 3_600_000)
    const year = shanghai.getUTCFullYear()
    const dir = config.holidaysDir
    const found = known.problems
      .slice(0, 20)
      .map((problem) => ({ id: 'holiday-file-bad', params: { problem } }) as const)
    if (!known.holidayData(year).covered) return [...found, { id: 'holidays-missing', params: { year, dir } }]
    if (known.holidayData(year + 1).covered)
      return [...found, { id: 'holidays-good', params: { year, next: year + 1 } }]
    const due = shanghai.getUTCMonth() + 1 >= PUBLISHED_MONTH
    return [
      ...found,
      { id: due ? 'holidays-next-missing' : 'holidays-this-year', params: { year, next: year + 1, dir } },
    ]
  },
}

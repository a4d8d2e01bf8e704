// The order in which test files begin. Vitest runs one kind after another: then four programs wait for each other on an idle
// machine, and later four suites that only compute share two cores.
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** What computes (the unit project) is spread evenly between what waits for programs, browsers and clocks, the largest of each first. */
export class MixedOrder extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    const computing = sorted.filter((file) => file.project.name === 'unit')
    const waiting = ORDER.flatMap((name) => sorted.filter((file) => file.project.name === name))
    return spread(waiting, computing)
  }
}

/** The longest files are among the system tests; what begins last should be short. */
const ORDER = ['live', 'system', 'integration', 'contract'] as const

/** Both in their order, each of `many` behind its share of `few`. */
function spread<T>(few: readonly T[], many: readonly T[]): T[] {
  const share = many.length / Math.max(1, few.length)
  const mixed = few.flatMap((one, i) => [one, ...many.slice(Math.round(i * share), Math.round((i + 1) * share))])
  return few.length === 0 ? [...many] : mixed
}

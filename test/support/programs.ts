// Programs of the machine that some suites need. Missing ones skip their tests by name, unless the run demands them.
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import type { TestContext } from 'vitest'

/**
 * Full path of a program, or undefined when the machine does not have it. With OUTRIDER_REQUIRE_PROGRAMS=1 a missing
 * program throws instead.
 */
export function requireProgram(name: string): string | undefined {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin', '/usr/local/sbin']
  const found = folders.map((folder) => join(folder, name)).find((path) => existsSync(path))
  if (!found && process.env.OUTRIDER_REQUIRE_PROGRAMS === '1')
    throw new Error(
      `program ${name} is not installed and OUTRIDER_REQUIRE_PROGRAMS=1 (npm run test:programs installs it)`,
    )
  return found
}

/** Full path of a program; without it the running test is skipped with a message that names it. */
export function programOrSkip(context: TestContext, name: string): string {
  return requireProgram(name) ?? context.skip(`program ${name} is not installed (npm run test:programs)`)
}

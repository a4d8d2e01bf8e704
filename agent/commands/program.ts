// Name and version, as hello and the command line say them.
import { readFileSync } from 'node:fs'

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  version: string
}

export const PROGRAM = `outrider-agent/${version}`

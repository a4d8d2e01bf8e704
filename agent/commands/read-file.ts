// Reads agent.yaml for a command: the settings, or every problem printed.
import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { printProblem } from '#shared/config/read-config.ts'
import { type AgentConfig, type FoundIdentity, readAgentConfig } from '../config/config.ts'
import { findIdentity } from '../identity/identity.ts'

export interface ConfigPlace {
  /** agent.yaml; without it an identity and the defaults are all there is. */
  readonly config?: string
  /** Data folder, instead of `dataDir` in the file. */
  readonly data?: string
}

/**
 * The configuration with what the identity in the data folder supplies. undefined after the problems have been said, by
 * default to standard error. Relative paths in the file are taken from its folder. `find` looks for the identity.
 */
export function readConfigFile(
  place: ConfigPlace,
  find: (dataDir: string) => FoundIdentity = findIdentity,
  say: (problem: string) => void = console.error,
): AgentConfig | undefined {
  const { config: path, data } = place
  const near = (name: string) => resolve(path === undefined ? '.' : dirname(path), name)
  let text = ''
  try {
    if (path !== undefined) text = readFileSync(path, 'utf8')
  } catch (error) {
    say(`${path}: ${(error as Error).message}`)
    return undefined
  }
  const result = readAgentConfig(text, {
    file: path ?? '',
    secrets: { env: (name) => process.env[name], file: (name) => readFileSync(near(name), 'utf8') },
    identity: (dataDir) => find(data === undefined ? near(dataDir) : resolve(data)),
  })
  if (!result.ok) {
    // Without a file there is no line to name.
    for (const problem of result.problems)
      say(path === undefined ? `${problem.path}: ${problem.message}` : printProblem(problem))
    return undefined
  }
  const { dataDir, policyFile, profilesDir, ...rest } = result.value
  return {
    ...rest,
    dataDir: data === undefined ? near(dataDir) : resolve(data),
    ...(policyFile === undefined ? {} : { policyFile: near(policyFile) }),
    ...(profilesDir === undefined ? {} : { profilesDir: near(profilesDir) }),
  }
}

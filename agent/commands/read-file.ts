// Reads agent.yaml for a command: the settings, or every problem printed.
import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { printProblem } from '#shared/config/read-config.ts'
import { type AgentConfig, readAgentConfig } from '../config/config.ts'

/** undefined after the problems have been printed to standard error. Relative paths in the file are taken from its folder. */
export function readConfigFile(path: string): AgentConfig | undefined {
  const near = (name: string) => resolve(dirname(path), name)
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    console.error(`${path}: ${(error as Error).message}`)
    return undefined
  }
  const result = readAgentConfig(text, {
    file: path,
    secrets: { env: (name) => process.env[name], file: (name) => readFileSync(near(name), 'utf8') },
  })
  if (!result.ok) {
    for (const problem of result.problems) console.error(printProblem(problem))
    return undefined
  }
  const { dataDir, policyFile, profilesDir, ...rest } = result.value
  return {
    ...rest,
    dataDir: near(dataDir),
    ...(policyFile === undefined ? {} : { policyFile: near(policyFile) }),
    ...(profilesDir === undefined ? {} : { profilesDir: near(profilesDir) }),
  }
}

// What a Dockerfile and docker-compose.yml say, carried out in plain folders: stages, copies, users and commands.
import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { parse } from 'yaml'

export interface Stage {
  readonly name: string
  readonly from: string
  readonly steps: readonly Step[]
}

export interface Step {
  readonly word: string
  readonly text: string
}

/** Stages in order. Throws for a line it does not know, so that nothing is left out silently. */
export function readDockerfile(file: string): Stage[] {
  const text = readFileSync(file, 'utf8').replace(/\\\n\s*/g, ' ')
  const stages: { name: string; from: string; steps: Step[] }[] = []
  for (const line of text.split('\n').map((one) => one.trim())) {
    if (line === '' || line.startsWith('#')) continue
    const [, word, rest] = line.match(/^([A-Z]+) (.+)$/) ?? []
    if (word === undefined || rest === undefined || !KNOWN.includes(word)) throw new Error(`not understood: ${line}`)
    if (word === 'FROM') {
      const [, from, name] = rest.match(/^(\S+) AS (\S+)$/) ?? []
      if (from === undefined || name === undefined) throw new Error(`a stage without a name: ${line}`)
      stages.push({ name, from, steps: [] })
    } else stages.at(-1)?.steps.push({ word, text: rest })
  }
  return stages
}

const KNOWN = ['FROM', 'RUN', 'COPY', 'WORKDIR', 'USER', 'VOLUME', 'EXPOSE', 'HEALTHCHECK', 'ENTRYPOINT', 'CMD']

export interface Image {
  /** Of another project, e.g. `debian:12.11-slim`. */
  readonly base: string
  readonly user: string
  readonly volumes: readonly string[]
  readonly entrypoint: readonly string[]
  readonly command: readonly string[]
  readonly health: readonly string[]
  readonly copies: readonly { readonly from: string; readonly source: string; readonly to: string }[]
  readonly runs: readonly string[]
}

/** A stage with all it is made from. */
export function imageOf(stages: readonly Stage[], name: string): Image {
  const stage = stages.find((one) => one.name === name)
  if (stage === undefined) throw new Error(`no stage ${name}`)
  const own = stages.some((one) => one.name === stage.from)
  const below = own ? imageOf(stages, stage.from) : undefined
  const of = (word: string) => stage.steps.filter((step) => step.word === word).map((step) => step.text)
  const last = (word: string) => of(word).at(-1)
  const list = (text: string | undefined) => (text === undefined ? undefined : (JSON.parse(text) as string[]))
  return {
    base: below?.base ?? stage.from,
    user: last('USER') ?? below?.user ?? 'root',
    volumes: [...(below?.volumes ?? []), ...of('VOLUME')],
    entrypoint: list(last('ENTRYPOINT')) ?? below?.entrypoint ?? [],
    // An entry point of its own makes the command of the stage below void.
    command: list(last('CMD')) ?? (last('ENTRYPOINT') === undefined ? below?.command : undefined) ?? [],
    health: list(last('HEALTHCHECK')?.replace(/^.*?CMD /, '')) ?? below?.health ?? [],
    copies: [...(below?.copies ?? []), ...of('COPY').flatMap(copyOf)],
    runs: [...(below?.runs ?? []), ...of('RUN')],
  }
}

function copyOf(text: string) {
  const [, from, source, to] = text.match(/^--from=(\S+) (\S+) (\S+)$/) ?? []
  return from !== undefined && source !== undefined && to !== undefined ? [{ from, source, to }] : []
}

/** Carries out the copies from the stage `build`, whose `/out` is `built`, into the folder `root`. */
export function layOut(image: Image, built: string, root: string): void {
  for (const { from, source, to } of image.copies) {
    if (from !== 'build' || !source.startsWith('/out/')) throw new Error(`not from what is built: ${source}`)
    mkdirSync(dirname(join(root, to)), { recursive: true })
    cpSync(join(built, source.slice('/out/'.length)), join(root, to), { recursive: true })
  }
}

export interface Service {
  readonly image?: string
  readonly build?: { readonly target: string }
  readonly user?: string
  readonly entrypoint?: readonly string[]
  readonly command?: readonly string[]
  readonly environment?: Readonly<Record<string, string>>
  readonly volumes?: readonly string[]
  readonly ports?: readonly unknown[]
  readonly healthcheck?: { readonly test: readonly string[] }
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>
  readonly read_only?: boolean
  readonly cap_drop?: readonly string[]
  readonly security_opt?: readonly string[]
  readonly restart?: string
}

/** Services as docker-compose itself understands the file, without any variable set. Throws with its words. */
export function composeServices(program: string, dir: string, profiles: readonly string[]): Record<string, Service> {
  const args = profiles.flatMap((profile) => ['--profile', profile])
  const env = { PATH: process.env.PATH ?? '', HOME: dir }
  const text = execFileSync(program, [...args, 'config'], {
    cwd: dir,
    encoding: 'utf8',
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const { services } = parse(text) as { services: Record<string, Service & { profiles?: string[] }> }
  const active = Object.entries(services).filter(
    ([, one]) => (one.profiles ?? profiles).some((p) => profiles.includes(p)) || one.profiles === undefined,
  )
  return Object.fromEntries(active)
}

/** `$$` of a compose file is `$` in the container. */
export const unescaped = (text: string): string => text.replaceAll('$$', '$')

// Where things are in the containers. The environment can say otherwise, so that the same commands run outside one.

export interface Places {
  /** The collector's command. */
  readonly collector: string
  /** The file a person mounts. Need not be there. */
  readonly settings: string
  /** What other containers add: *.yaml, merged in the order of their names. */
  readonly additions: string
  readonly data: string
  /** Writable and forgotten: where the merged settings lie. */
  readonly temporary: string
  readonly mosquitto: string
  /** Another than the embedded broker's, which is published too. */
  readonly mosquittoPort: number
  readonly influx: string
  /** Names sites reach this machine by; the best one first. */
  readonly names: readonly string[]
}

/** Defaults are those of docker-compose.yml. */
export function places(env: Readonly<Record<string, string | undefined>>): Places {
  return {
    collector: env.OUTRIDER_COLLECTOR ?? 'outrider-collector',
    settings: env.OUTRIDER_SETTINGS ?? '/etc/outrider/collector.yaml',
    additions: env.OUTRIDER_ADDITIONS ?? '/settings',
    data: env.OUTRIDER_DATA ?? '/data',
    temporary: env.OUTRIDER_TEMPORARY ?? '/tmp',
    mosquitto: env.OUTRIDER_MOSQUITTO ?? '/mosquitto/config',
    mosquittoPort: Number(env.OUTRIDER_MOSQUITTO_PORT ?? 8884),
    influx: env.OUTRIDER_INFLUX ?? '/influx',
    names: (env.OUTRIDER_NAMES ?? '').split(',').flatMap((name) => (name.trim() === '' ? [] : [name.trim()])),
  }
}

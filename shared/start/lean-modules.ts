// An import of one of Node's modules evaluates every lazy export it has, used or not: of node:fs that is its streams, its
// promises and through them a whole readline. Imports nothing itself: it has to come before all that does.

/** In the environment of a process started anew; '2': all its code comes from the cache. */
export const STAGE = 'OUTRIDER_START_STAGE'

/** True in a process that will do nothing but run. */
export function isLean(environment: Environment): boolean {
  return environment[STAGE] === '2'
}

type Environment = Readonly<Record<string, string | undefined>>

/**
 * Imports Node's modules without evaluating their lazy exports. Modules loaded later find those exports undefined, by
 * name; by `require` and in the default export they are there as always. Without effect on what is imported already.
 */
export async function importLean(names: readonly string[]): Promise<void> {
  for (const name of names) {
    const module = process.getBuiltinModule(name) as object
    const lazy = Object.entries(Object.getOwnPropertyDescriptors(module)).filter(
      ([, property]) => property.get !== undefined && property.configurable,
    )
    for (const [key] of lazy) Reflect.deleteProperty(module, key)
    try {
      await import(name)
    } finally {
      for (const [key, property] of lazy) Object.defineProperty(module, key, property)
    }
  }
}

/** What stands in for what, by the words of the import; `in` is part of the path of the file that says them. */
export type StandIns = Readonly<Record<string, { readonly in: RegExp; readonly by: string }>>

/** Messages of zod in 50 languages; its English ones are imported by themselves. */
export const FOR_ZOD: StandIns = { '../locales/index.js': { in: /\/zod\/v4\//, by: '../locales/en.js' } }

/** What of the MQTT client nothing calls for this broker. */
export function forMqtt(environment: Environment, brokerUrl: string): StandIns {
  const none = { in: /\/mqtt\//, by: 'node:net' }
  return {
    // Timers for browser tabs in the background; Node's own are used here.
    'worker-timers': { in: /\/mqtt\//, by: 'node:timers' },
    // Aliases of topics, which MQTT 3.1.1 has not.
    'lru-cache': none,
    ...(brokerUrl.startsWith('ws') ? {} : { ws: none }),
    ...(environment.MQTTJS_SOCKS_PROXY === undefined ? { socks: none } : {}),
  }
}

/**
 * Puts smaller modules in the place of some that an import somewhere in a package loads and nothing calls, for what is
 * imported from now on in this thread.
 */
export function importStandIns(standIns: StandIns): void {
  const { registerHooks } = process.getBuiltinModule('node:module')
  registerHooks({
    resolve(specifier, context, next) {
      const found = standIns[specifier]
      return next(found?.in.test(context.parentURL ?? '') ? found.by : specifier, context)
    },
  })
}

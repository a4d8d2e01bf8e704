// The three functions of the reflect-metadata proposal that the container inside @peculiar/x509 asks for when it is loaded.
// Import this file before the library: imports of a module are run in their order.
type Metadata = Map<unknown, unknown>

const kept = new WeakMap<object, Metadata>()

/** Makes `target` remember `value` by `key`; kept as long as the target. */
function defineMetadata(key: unknown, value: unknown, target: object): void {
  const own = kept.get(target) ?? new Map<unknown, unknown>()
  kept.set(target, own.set(key, value))
}

/** What `target` itself remembers. */
function getOwnMetadata(key: unknown, target: object): unknown {
  return kept.get(target)?.get(key)
}

/** What `target` or one of its prototypes remembers, the nearest first. */
function getMetadata(key: unknown, target: object): unknown {
  for (let at: object | null = target; at !== null; at = Object.getPrototypeOf(at))
    if (kept.get(at)?.has(key)) return kept.get(at)?.get(key)
  return undefined
}

if (!('getMetadata' in Reflect)) Object.assign(Reflect, { defineMetadata, getOwnMetadata, getMetadata })

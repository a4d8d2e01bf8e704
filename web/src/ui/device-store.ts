// What is kept on this device. A browser may forbid that, or have no room: then nothing is kept, and nothing breaks.

export type DeviceStore = Pick<Storage, 'getItem' | 'setItem' | 'removeItem' | 'key' | 'length'>

/** Never throws. Where even asking for the storage is forbidden, what is kept lasts as long as the page. */
export function storeOf(storage: () => DeviceStore): DeviceStore {
  const page = new Map<string, string>()
  const inPage: DeviceStore = {
    getItem: (key) => page.get(key) ?? null,
    setItem: (key, value) => void page.set(key, value),
    removeItem: (key) => void page.delete(key),
    key: (at) => [...page.keys()][at] ?? null,
    get length() {
      return page.size
    },
  }
  const real = attempt(storage)
  const store = real ?? inPage
  return {
    getItem: (key) => attempt(() => store.getItem(key)) ?? null,
    setItem: (key, value) => void attempt(() => store.setItem(key, value)),
    removeItem: (key) => void attempt(() => store.removeItem(key)),
    key: (at) => attempt(() => store.key(at)) ?? null,
    get length() {
      return attempt(() => store.length) ?? 0
    },
  }
}

export const deviceStore: DeviceStore = storeOf(() => localStorage)

/** Of this tab, over a reload. */
export const tabStore: DeviceStore = storeOf(() => sessionStorage)

function attempt<T>(work: () => T): T | undefined {
  try {
    return work()
  } catch {
    return undefined
  }
}

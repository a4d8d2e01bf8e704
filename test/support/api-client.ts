// A plain client of the collector's HTTP API for tests, faults, benches and the demo.

export interface ApiClient {
  readonly base: string
  signIn(user: string, password: string): Promise<void>
  get<T>(path: string): Promise<T>
  post<T>(path: string, body: unknown): Promise<T>
  put<T>(path: string, body: unknown): Promise<T>
  patch<T>(path: string, body: unknown): Promise<T>
  /** Bytes of a file, and the answer to a question as text. */
  upload<T>(path: string, bytes: Uint8Array): Promise<T>
  text(path: string, body: unknown): Promise<string>
  remove(path: string): Promise<void>
  /** Every item of a paged list, following its cursors. */
  all<T>(path: string): Promise<T[]>
  /** Server-sent events until the signal aborts. */
  live(onEvent: (name: string, data: unknown) => void, signal: AbortSignal): Promise<void>
}

export function createApiClient(base: string): ApiClient {
  let cookie = ''
  async function ask(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = {
      'x-requested-with': 'outrider',
      ...(cookie ? { cookie } : {}),
      ...(init.headers as Record<string, string>),
    }
    const response = await fetch(`${base}${path}`, { ...init, headers })
    if (!response.ok)
      throw new Error(`${init.method ?? 'GET'} ${path}: ${response.status} ${(await response.text()).slice(0, 500)}`)
    return response
  }
  async function send<T>(method: string, path: string, body: unknown): Promise<T> {
    const headers = { 'content-type': 'application/json' }
    const text = await (await ask(path, { method, headers, body: JSON.stringify(body) })).text()
    return (text === '' ? undefined : JSON.parse(text)) as T
  }
  const client: ApiClient = {
    base,
    async signIn(user, password) {
      const response = await ask('/api/v1/session', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ user, password }),
      })
      cookie = (response.headers.getSetCookie()[0] ?? '').split(';')[0] ?? ''
    },
    get: async <T>(path: string) => (await ask(path)).json() as Promise<T>,
    post: (path, body) => send('POST', path, body),
    put: (path, body) => send('PUT', path, body),
    patch: (path, body) => send('PATCH', path, body),
    async upload<T>(path: string, bytes: Uint8Array) {
      const headers = { 'content-type': 'application/octet-stream' }
      return (await ask(path, { method: 'POST', headers, body: Buffer.from(bytes) })).json() as Promise<T>
    },
    async text(path, body) {
      const headers = { 'content-type': 'application/json' }
      return (await ask(path, { method: 'POST', headers, body: JSON.stringify(body) })).text()
    },
    remove: async (path) => void (await ask(path, { method: 'DELETE' })),
    async all<T>(path: string) {
      const items: T[] = []
      let cursor: string | null = ''
      while (cursor !== null) {
        const more: string = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`
        const page: { items: T[]; nextCursor: string | null } = await client.get(
          `${path}${path.includes('?') ? '&' : '?'}limit=1000${more}`,
        )
        items.push(...page.items)
        cursor = page.nextCursor
      }
      return items
    },
    async live(onEvent, signal) {
      const response = await ask('/api/v1/live', { signal, headers: { accept: 'text/event-stream' } })
      let rest = ''
      const decoder = new TextDecoder()
      for await (const part of response.body as unknown as AsyncIterable<Uint8Array>) {
        rest += decoder.decode(part, { stream: true })
        for (;;) {
          const end = rest.indexOf('\n\n')
          if (end < 0) break
          const block = rest.slice(0, end).split('\n')
          rest = rest.slice(end + 2)
          const data = block.filter((l) => l.startsWith('data:')).map((l) => l.slice(5).trimStart())
          const name =
            block
              .find((l) => l.startsWith('event:'))
              ?.slice(6)
              .trim() ?? 'message'
          if (data.length > 0) onEvent(name, JSON.parse(data.join('\n')))
        }
      }
    },
  }
  return client
}

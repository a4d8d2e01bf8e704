const HERE = 'https://console.invalid'

/** Where somebody wanted to go before signing in; undefined for what leaves the console or comes back to signing in. */
export function ownAddress(to: string | undefined): string | undefined {
  if (!to?.startsWith('/') || !URL.canParse(to, HERE)) return undefined
  const { origin, pathname, search, hash } = new URL(to, HERE)
  if (origin !== HERE || pathname === '/' || pathname === '/login') return undefined
  return pathname + search + hash
}

/**
 * Resolves with the first truthy value of `condition`, polling it; rejects after `timeoutMs` (default 10 s) saying what
 * was waited for. The stack of the caller is kept, so that a timeout points at the waiting line of the test.
 */
export async function until<T>(
  condition: () => T | Promise<T>,
  options: { readonly timeoutMs?: number; readonly everyMs?: number; readonly what?: string } = {},
): Promise<NonNullable<Exclude<T, false>>> {
  const timeoutMs = options.timeoutMs ?? 10_000
  const failure = new Error(`gave up after ${timeoutMs} ms waiting for ${options.what ?? condition.toString()}`)
  const end = performance.now() + timeoutMs
  for (;;) {
    const value = await condition()
    if (value) return value as NonNullable<Exclude<T, false>>
    if (performance.now() > end) throw failure
    await new Promise((resolve) => setTimeout(resolve, options.everyMs ?? 20))
  }
}

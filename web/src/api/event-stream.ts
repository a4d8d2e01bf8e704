// Parser of text/event-stream (WHATWG HTML 9.2.6), for use with fetch: EventSource gives up for good on a 502.

export interface StreamEvent {
  readonly id: string | undefined
  readonly name: string
  readonly data: string
}

/** Feeds text in any cut; calls `onEvent` for each complete event. Comments are only signs of life and are skipped. */
export function createEventStreamParser(onEvent: (event: StreamEvent) => void): { push(text: string): void } {
  let rest = ''
  let id: string | undefined
  let name = ''
  let data: string[] = []

  function line(text: string): void {
    if (text === '') dispatch()
    if (text === '' || text.startsWith(':')) return
    const colon = text.indexOf(':')
    const field = colon < 0 ? text : text.slice(0, colon)
    const value = colon < 0 ? '' : text.slice(colon + (text[colon + 1] === ' ' ? 2 : 1))
    if (field === 'event') name = value
    else if (field === 'data') data.push(value)
    else if (field === 'id' && !value.includes('\0')) id = value
  }

  function dispatch(): void {
    if (data.length > 0) onEvent({ id, name: name || 'message', data: data.join('\n') })
    name = ''
    data = []
  }

  return {
    push(text) {
      rest += text
      // a CR at the very end may be half of CRLF: wait for what follows
      const ready = rest.endsWith('\r') ? rest.slice(0, -1) : rest
      const lines = ready.split(/\r\n|\n|\r/)
      rest = (lines.pop() as string) + rest.slice(ready.length)
      for (const one of lines) line(one)
    },
  }
}

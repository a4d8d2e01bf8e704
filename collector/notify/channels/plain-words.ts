// Text of devices in chat: nothing in it may mention people, make links or dress up as the message around it. And texts that
// are too long for a provider are cut, with a note.
const BREAK = '\u200b'

/** For markdown as WeCom and DingTalk read it: a mention, a tag, a link, a heading, a quote or an image falls apart. */
export function plainInMarkdown(text: string): string {
  return text
    .replace(/<(?=[@/!a-zA-Z])/g, `<${BREAK}`)
    .replace(/\](?=\()/g, `]${BREAK}`)
    .replace(/^(\s*)([#>|\-+]|\d+\.)(?=\s|[#>])/gm, `$1${BREAK}$2`)
    .replace(/([*_~`])(?=\1)/g, `$1${BREAK}`)
    .replace(/@(?=\S)/g, `@${BREAK}`)
}

/** For Feishu's text messages, in which only `<at ...>` does something. */
export function plainInFeishu(text: string): string {
  return text.replace(/<(?=\s*\/?\s*at\b)/gi, `<${BREAK}`)
}

/** For Slack: the three characters that begin everything that acts; its own way to write them. */
export function plainInSlack(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

const NOTES = { en: '… (cut: too long)', 'zh-CN': '…（内容过长，已截断）' } as const

/** At most `max` bytes of UTF-8, the note included; never half a character. */
export function cutBytes(text: string, max: number, language: 'en' | 'zh-CN'): string {
  if (Buffer.byteLength(text) <= max) return text
  const note = `\n${NOTES[language]}`
  const room = Math.max(0, max - Buffer.byteLength(note))
  const bytes = Buffer.from(text)
  let end = room
  // a byte 10xxxxxx continues a character
  while (end > 0 && ((bytes[end] as number) & 0xc0) === 0x80) end--
  return bytes.subarray(0, end).toString('utf8') + note
}

/** At most `max` characters, the note included. */
export function cutCharacters(text: string, max: number): string {
  const characters = [...text]
  return characters.length <= max ? text : `${characters.slice(0, max - 1).join('')}…`
}

/** Sentences one after the other: each begins large and ends with a full stop of its own writing; empty ones are left out. */
export function sentences(...parts: readonly (string | undefined)[]): string {
  return parts
    .map((part) => part?.trim() ?? '')
    .filter((part) => part !== '')
    .map((part) => `${part.charAt(0).toUpperCase()}${part.slice(1)}${ENDED.test(part) ? '' : endOf(part)}`)
    .reduce((text, part) => (text === '' || WIDE_END.test(text) ? text + part : `${text} ${part}`), '')
}

const ENDED = /[.!?…:。！？：][)"'”’）]?$/u
const WIDE_END = /[。！？：][”’）]?$/u
const endOf = (part: string) => (/[\p{Script=Han}）”]$/u.test(part) ? '。' : '.')

// What somebody calls a file is hostile: it may hold a path, line feeds, letters that turn the reading direction around.

const LONGEST = 120
/** Controls, what is not shown, and what turns text around. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu
/** Names some systems take for a device. */
const DEVICES = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i

/** A plain file name of at most 120 characters: no folder, nothing invisible, nothing a system reads otherwise. Never ''. */
export function plainFileName(given: string): string {
  const last = given.toWellFormed().normalize('NFC').split(/[\\/]/).at(-1) ?? ''
  const seen = last
    .replace(UNSEEN, '')
    .replace(/[<>:"|?*]/g, '_')
    .replace(/^[.\s]+|[.\s]+$/gu, '')
  const name = DEVICES.test(seen) ? `_${seen}` : seen
  return name === '' ? 'file' : shortened(name)
}

/** Content-Disposition that makes every browser save the file; only printable ASCII, whatever the name is. */
export function savedAs(name: string): string {
  const plain = name.replace(/[^\x20-\x7e]|["\\%;]/gu, '_')
  const full = encodeURIComponent(name.toWellFormed()).replace(
    /['()*!]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  )
  return `attachment; filename="${plain}"; filename*=UTF-8''${full}`
}

/** The ending stays: it says what the file is for. */
function shortened(name: string): string {
  const letters = [...name]
  if (letters.length <= LONGEST) return name
  const ending = /\.[^.]{1,10}$/u.exec(name)?.[0] ?? ''
  return letters.slice(0, LONGEST - [...ending].length).join('') + ending
}

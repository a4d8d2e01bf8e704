const KNOWN = [
  ['Edg/', 'Edge'],
  ['OPR/', 'Opera'],
  ['Firefox/', 'Firefox'],
  ['Chrome/', 'Chrome'],
  ['Version/', 'Safari'],
] as const
const SYSTEMS = ['Android', 'Windows', 'CrOS', 'iPad', 'iPhone', 'Mac OS X', 'Linux'] as const

/** `Chrome 128, Linux`; what nobody knows is as it calls itself, shortened. */
export function programName(userAgent: string): string {
  for (const [mark, name] of KNOWN) {
    const at = userAgent.indexOf(mark)
    if (at < 0) continue
    const version = /^\d+/.exec(userAgent.slice(at + mark.length))?.[0] ?? ''
    const system = SYSTEMS.find((one) => userAgent.includes(one))
    return [`${name} ${version}`.trim(), system].filter(Boolean).join(', ')
  }
  return userAgent.slice(0, 40)
}

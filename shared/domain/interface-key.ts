// Interfaces have many spellings; which of them are one port.

const KINDS: readonly (readonly [string, RegExp])[] = [
  ['fe', /^(fa|fe|fast|fastethernet)$/],
  ['ge', /^(gi|ge|gig|gige|gigabitethernet)$/],
  ['2ge', /^(tw|twogigabitethernet)$/],
  ['5ge', /^(fi|fivegigabitethernet)$/],
  ['te', /^(te|xe|xge|ten|tengig|tenge|tengige|tengigabitethernet|xgigabitethernet|10ge)$/],
  ['25ge', /^(twe|wge|25ge|twentyfivegige|twentyfivegigabitethernet)$/],
  ['40ge', /^(fo|fge|40ge|fortygige|fortygigabitethernet)$/],
  ['100ge', /^(hu|hge|100ge|hundredgige|hundredgigabitethernet)$/],
  ['eth', /^(e|et|eth|ethernet)$/],
  ['po', /^(po|portchannel)$/],
  ['trunk', /^(ethtrunk|bagg|bridgeaggregation)$/],
  ['vlan', /^(vl|vlan|vlanif|vlaninterface)$/],
  ['lo', /^(lo|loop|loopback|inloopback)$/],
  ['se', /^(s|se|serial)$/],
  ['tu', /^(tu|tunnel)$/],
  ['mgmt', /^(m|ma|me|mgmt|management|meth|mge)$/],
]

/** What two spellings of one port have in common: `gi0/1`, `GigabitEthernet 0/1` and `GE0/1` give `ge0/1`. */
export function interfaceKey(name: string): string {
  const plain = name.trim().toLowerCase().replace(/\s+/g, '')
  const parts = /^((?:\d+(?=g))?[a-z][a-z-]*)(.*)$/.exec(plain)
  if (!parts) return plain
  const word = (parts[1] as string).replaceAll('-', '')
  const kind = KINDS.find(([, names]) => names.test(word))?.[0] ?? word
  return kind + (parts[2] as string)
}

/** Longest first: one name may begin as another. */
const SHORT: readonly (readonly [RegExp, string])[] = [
  [/^HundredGig(?:abit)?E(?:thernet)?/i, 'Hu'],
  [/^FortyGig(?:abit)?E(?:thernet)?/i, 'Fo'],
  [/^TwentyFiveGig(?:abit)?E(?:thernet)?/i, 'Twe'],
  [/^Ten-GigabitEthernet/i, 'XGE'],
  [/^TenGig(?:abit)?E(?:thernet)?/i, 'Te'],
  [/^XGigabitEthernet/i, 'XGE'],
  [/^GigabitEthernet/i, 'Gi'],
  [/^FastEthernet/i, 'Fa'],
  [/^Bridge-Aggregation/i, 'BAGG'],
  [/^Port-channel/i, 'Po'],
  [/^Vlan-interface/i, 'Vlanif'],
  [/^LoopBack/i, 'Lo'],
]

/**
 * `GigabitEthernet1/0/12` reads `Gi1/0/12`, as the devices themselves abbreviate it: what tells ports apart stands at the
 * end, and a narrow column cuts that off. Only where a number follows; everything else stays as it is.
 */
export function shortInterface(name: string): string {
  for (const [long, short] of SHORT) {
    const rest = name.replace(long, '')
    if (rest !== name && /^\s?\d/.test(rest)) return short + rest.trimStart()
  }
  return name
}

// A key's fingerprint as two people compare it over the telephone: pairs, in groups of four.
import css from './fingerprint.module.css'

/** `value`: hex digits with or without separators. */
export function Fingerprint({ value, small }: { value: string; small?: boolean }) {
  const pairs = value.toLowerCase().match(/[0-9a-f]{2}/g) ?? []
  const groups = Array.from({ length: Math.ceil(pairs.length / 4) }, (_, i) => pairs.slice(i * 4, i * 4 + 4).join(' '))
  return (
    <code className={`mono ${css.print} ${small ? css.small : ''}`} data-fingerprint={pairs.join('')}>
      {groups.map((group, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the place is the identity
        <span key={i}>{group} </span>
      ))}
    </code>
  )
}

// The further figures of a part, in one line.
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import type { HealthPart } from '#shared/http/health.ts'
import { duration, grouped, withUnit } from '../ui/format.ts'
import { useWords } from '../ui/words.ts'

/** Figures that are bytes or times, by name; others are counts. */
const BYTES: ReadonlySet<string> = new Set(['limit', 'total', 'wal', 'memory', 'bytes'])
const TIMES: ReadonlySet<string> = new Set(['longest', 'longestTurn', 'worstMs'])
/** More than a line shows. */
const MOST = 6

export function useFactWords(): (part: HealthPart) => string {
  const { t } = useTranslation()
  const { dropReason } = useWords()
  return useMemo(
    () =>
      ({ id, facts }) => {
        const entries = Object.entries(facts).filter(([, value]) => value !== '' && value !== 0)
        if (id === 'dropped')
          return cut(entries.map(([name, n]) => `${dropReason(reasonOf(name))} ${grouped(Number(n))}`))
        return cut(
          entries.flatMap(([name, value]) => {
            // it is told as a time beside it
            if (name === 'since') return []
            return [t(`healthFact.${name}`, { value: textOf(name, value), defaultValue: `${name} ${value}` })]
          }),
        )
      },
    [t, dropReason],
  )
}

/** `link.too-large`: the room is of no use to people. */
const reasonOf = (name: string) => name.slice(name.indexOf('.') + 1)

const cut = (parts: readonly string[]) =>
  parts.length > MOST ? `${parts.slice(0, MOST).join(' · ')} …` : parts.join(' · ')

function textOf(name: string, value: number | string): string {
  if (typeof value === 'string') return value
  if (BYTES.has(name)) return withUnit(value, 'By')
  if (TIMES.has(name)) return Math.abs(value) < 10_000 ? `${Math.round(value)} ms` : duration(Math.abs(value))
  return grouped(value)
}

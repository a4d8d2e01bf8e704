// Keys of the alarm list. A menu, a dialog and a focused button keep their own.
import { type HotkeyItem, useHotkeys } from '@mantine/hooks'
import type { AlarmAction } from './alarm-actions.ts'
import type { AlarmDialogKind } from './alarm-dialog.tsx'

export interface AlarmKeys {
  next(): void
  previous(): void
  /** Selects the rows on the way to the next one, or the one before. */
  extend(by: 1 | -1): void
  select(): unknown
  selectAll(): unknown
  ask(kind: AlarmDialogKind): void
  run(action: AlarmAction): void
  open(): unknown
  unfold(on: boolean): unknown
  search(): void
  letGo(): void
}

/** Key, what it does, and its word in the list of keys. */
export const ALARM_KEYS = [
  ['j', 'next'],
  ['k', 'previous'],
  ['Enter', 'open'],
  ['x', 'select'],
  ['shift+j', 'extend'],
  ['shift+k', 'extendBack'],
  ['*', 'selectAll'],
  ['a', 'acknowledge'],
  ['u', 'unacknowledge'],
  ['e', 'assign'],
  ['s', 'shelve'],
  ['v', 'severity'],
  ['i', 'incident'],
  ['d', 'close'],
] as const

/** The list takes the focus, if there is one: who reads aloud follows it to the marked row. */
export function toList(): void {
  document.querySelector<HTMLElement>('[role=grid]')?.focus({ preventScroll: true })
}

export function useAlarmKeys(keys: AlarmKeys): void {
  const key = (name: string, run: () => unknown): HotkeyItem => [
    name,
    (event) => {
      const at = event.target instanceof Element ? event.target : null
      if (at?.closest('[role=menu], [role=dialog]')) return
      if (name === 'Enter' && at?.closest('button, a')) return
      event.preventDefault()
      run()
    },
    { preventDefault: false },
  ]
  const next = () => {
    keys.next()
    toList()
  }
  const previous = () => {
    keys.previous()
    toList()
  }
  const extend = (by: 1 | -1) => {
    keys.extend(by)
    toList()
  }
  useHotkeys([
    key('j', next),
    key('k', previous),
    key('ArrowDown', next),
    key('ArrowUp', previous),
    key('ArrowRight', () => keys.unfold(true)),
    key('ArrowLeft', () => keys.unfold(false)),
    key('shift+j', () => extend(1)),
    key('shift+k', () => extend(-1)),
    key('shift+ArrowDown', () => extend(1)),
    key('shift+ArrowUp', () => extend(-1)),
    key('x', keys.select),
    key('*', keys.selectAll),
    key('shift+*', keys.selectAll),
    key('a', () => keys.ask('acknowledge')),
    key('u', () => keys.run('unacknowledge')),
    key('e', () => keys.ask('assign')),
    key('s', () => keys.ask('shelve')),
    key('v', () => keys.ask('severity')),
    key('i', () => keys.ask('incident')),
    key('d', () => keys.ask('close')),
    key('Enter', keys.open),
    key('/', keys.search),
    key('Escape', keys.letGo),
  ])
}

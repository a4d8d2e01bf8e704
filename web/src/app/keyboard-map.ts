// Every key the console knows, as the sheet under ? shows it. Who binds a key adds it here: keyboard-map.test.ts looks.
import { ALARM_KEYS } from '../alarms/use-alarm-keys.ts'

export interface KeyLine {
  /** Pressed one after the other where there are several; `mod` is Ctrl, on a Mac ⌘. */
  readonly keys: readonly string[]
  /** Its word is `keys.<says>`. */
  readonly says: string
}

export interface KeyGroup {
  /** Its word is `keyGroup.<name>`. */
  readonly name: 'everywhere' | 'alarms' | 'topology' | 'forms'
  readonly lines: readonly KeyLine[]
}

export const KEYBOARD_MAP: readonly KeyGroup[] = [
  {
    name: 'everywhere',
    lines: [
      { keys: ['mod+K'], says: 'palette' },
      { keys: ['/'], says: 'search' },
      { keys: ['?'], says: 'help' },
      { keys: ['Escape'], says: 'leave' },
    ],
  },
  {
    name: 'alarms',
    lines: [...ALARM_KEYS.map(([key, says]) => ({ keys: [key], says })), { keys: ['Escape'], says: 'release' }],
  },
  {
    name: 'topology',
    lines: [
      { keys: ['+'], says: 'zoomIn' },
      { keys: ['-'], says: 'zoomOut' },
      { keys: ['0'], says: 'fit' },
    ],
  },
  { name: 'forms', lines: [{ keys: ['mod+Enter'], says: 'send' }] },
]

// Line icons, 16 px, drawn for this console: one stroke, current colour, hidden from screen readers (labels say it).
import type { CSSProperties } from 'react'

const PATHS = {
  overview: 'M2.5 2.5h4.8v6H2.5zM8.7 2.5h4.8v3.2H8.7zM8.7 7.1h4.8v6.4H8.7zM2.5 9.9h4.8v3.6H2.5z',
  customers:
    'M2.5 13.5v-9l5-2v11M7.5 6l6 1.6v5.9M1.5 13.5h13M4.6 6.4h.01M4.6 8.8h.01M4.6 11.2h.01M10.4 9.4h.01M10.4 11.6h.01',
  alarms:
    'M8 2.2a3.8 3.8 0 0 0-3.8 3.8c0 3-1.4 4.2-1.4 4.2h10.4s-1.4-1.2-1.4-4.2A3.8 3.8 0 0 0 8 2.2zM6.6 12.6a1.5 1.5 0 0 0 2.8 0',
  incidents: 'M3.5 2.5h9v11h-9zM6 5.5h4M6 8h4M6 10.5h2.4',
  devices: 'M2 3.5h12v4H2zM2 9h12v4H2zM4.4 5.5h.01M4.4 11h.01M8.5 5.5H12M8.5 11H12',
  agents: 'M8 8.6V13.5M5.6 13.5h4.8M8 7.2a1.2 1.2 0 1 0 0-.01M4.9 9.2a4 4 0 0 1 0-5.6M11.1 9.2a4 4 0 0 0 0-5.6',
  search: 'M7 2.8a4.2 4.2 0 1 0 0 8.4 4.2 4.2 0 0 0 0-8.4zM10.2 10.2l3.3 3.3',
  check: 'M3 8.6l3.2 3.2L13 4.6',
  close: 'M4 4l8 8M12 4l-8 8',
  clock: 'M8 2.2a5.8 5.8 0 1 0 0 11.6A5.8 5.8 0 0 0 8 2.2zM8 5v3.2l2.2 1.4',
  up: 'M8 13V3.4M4 7.2l4-4 4 4',
  down: 'M8 3v9.6M4 8.8l4 4 4-4',
  left: 'M10 3.5L5.5 8l4.5 4.5',
  right: 'M6 3.5L10.5 8 6 12.5',
  columns: 'M2.5 3h11v10h-11zM6.2 3v10M9.8 3v10',
  sun: 'M8 5.2a2.8 2.8 0 1 0 0 5.6 2.8 2.8 0 0 0 0-5.6zM8 1.5v1.4M8 13.1v1.4M1.5 8h1.4M13.1 8h1.4M3.4 3.4l1 1M11.6 11.6l1 1M12.6 3.4l-1 1M4.4 11.6l-1 1',
  moon: 'M13 9.6A5.6 5.6 0 1 1 6.4 3a4.6 4.6 0 0 0 6.6 6.6z',
  auto: 'M8 2.2a5.8 5.8 0 1 0 0 11.6A5.8 5.8 0 0 0 8 2.2zM8 2.2v11.6M10 4.2v7.6M12 6v4',
  user: 'M8 2.6a2.7 2.7 0 1 0 0 5.4 2.7 2.7 0 0 0 0-5.4zM2.8 13.6c.5-2.6 2.6-3.8 5.2-3.8s4.7 1.2 5.2 3.8',
  language: 'M2 4h7M5.5 2.6V4M7.6 4c-.6 2.6-2.4 4.6-5 5.8M3.6 6c.8 1.6 2 2.8 3.8 3.6M8 13.6l3-7.2 3 7.2M9 11.2h4',
  keyboard: 'M1.8 4.2h12.4v7.6H1.8zM4 6.6h.01M6.6 6.6h.01M9.2 6.6h.01M11.8 6.6h.01M5 9.4h6',
  leave: 'M9.5 3h-6v10h6M7 8h7M11.6 5.4L14.2 8l-2.6 2.6',
  play: 'M5 3.4l7 4.6-7 4.6z',
  note: 'M3 2.8h10v7l-3.2 3.4H3zM5.5 6h5M5.5 8.6h3',
  send: 'M2.5 8l11-5-3.6 10.5-2.2-4.2z',
  refresh: 'M13 8a5 5 0 1 1-1.6-3.7M13 2.6v2.6h-2.6',
  link: 'M6.6 9.4l2.8-2.8M7.4 4.4l1.2-1.2a2.7 2.7 0 0 1 3.9 3.9L11.3 8.3M8.6 11.6l-1.2 1.2a2.7 2.7 0 0 1-3.9-3.9l1.2-1.2',
  filter: 'M2.4 3.4h11.2L9.4 8.6v4.2l-2.8-1.4V8.6z',
  copy: 'M5.5 5.5h8v8h-8zM3.6 10.5H2.5v-8h8v1.1',
  plus: 'M8 3v10M3 8h10',
  minus: 'M3 8h10',
  fit: 'M2.5 5.5v-3h3M10.5 2.5h3v3M13.5 10.5v3h-3M5.5 13.5h-3v-3M5.5 5.5h5v5h-5z',
  sites: 'M8 14s4.4-4.2 4.4-7.4a4.4 4.4 0 0 0-8.8 0C3.6 9.8 8 14 8 14zM8 8.2a1.6 1.6 0 1 0 0-3.2 1.6 1.6 0 0 0 0 3.2z',
  key: 'M5.2 13.2a2.8 2.8 0 1 0 0-5.6 2.8 2.8 0 0 0 0 5.6zM7.2 8.4l5.6-5.6M10.6 5l2 2',
  lock: 'M3.8 7.2h8.4v6.2H3.8zM5.4 7.2V5a2.6 2.6 0 0 1 5.2 0v2.2',
  edit: 'M3 13l.6-2.8 7.2-7.2 2.2 2.2-7.2 7.2zM9.4 4.4l2.2 2.2',
  trash: 'M3 4.4h10M6.2 4.4V2.8h3.6v1.6M4.4 4.4l.6 9h6l.6-9M6.8 7v4M9.2 7v4',
  sheet: 'M3.5 2.2h6.2l2.8 2.8v8.8h-9zM9.7 2.2V5h2.8M5.6 8h4.8M5.6 10.6h4.8M8 8v4.4',
  radar: 'M8 2.2a5.8 5.8 0 1 0 5.8 5.8M8 5.2A2.8 2.8 0 1 0 10.8 8M8 8l4.6-4.6',
  events: 'M2.5 3.5h11M2.5 8h11M2.5 12.5h6.5M13 11v3M13 14.2h.01',
  rules:
    'M2.5 4.2h4M9.5 4.2h4M6.5 4.2a1.5 1.5 0 1 0 3 0 1.5 1.5 0 1 0-3 0M2.5 11.8h6.6M12.1 11.8h1.4M9.1 11.8a1.5 1.5 0 1 0 3 0 1.5 1.5 0 1 0-3 0',
  wall: 'M1.8 3.2h12.4v7.6H1.8zM5.4 13.2h5.2M8 10.8v2.4M4.4 8.4l2-2.4 1.8 1.6 3-3',
  tool: 'M13.4 4.6a3.4 3.4 0 0 1-4.6 4.2l-4.5 4.5a1.35 1.35 0 0 1-1.9-1.9l4.5-4.5a3.4 3.4 0 0 1 4.2-4.6L9 4.4 9.3 6.4l2 .3z',
  more: 'M3.2 8h.01M8 8h.01M12.8 8h.01',
  question: 'M6 6a2 2 0 1 1 2.6 1.9c-.5.2-.6.5-.6 1.2M8 11.6h.01',
  eye: 'M1.6 8S4 3.8 8 3.8 14.4 8 14.4 8 12 12.2 8 12.2 1.6 8 1.6 8zM8 9.7a1.7 1.7 0 1 0 0-3.4 1.7 1.7 0 0 0 0 3.4z',
  users:
    'M6 3a2.3 2.3 0 1 0 0 4.6A2.3 2.3 0 0 0 6 3zM1.8 13c.4-2.3 2-3.3 4.2-3.3s3.8 1 4.2 3.3M10.6 3.2a2.2 2.2 0 0 1 0 4.2M12 9.9c1.3.4 2 1.4 2.3 3.1',
  pulse: 'M1.8 8.4h3l1.6-4.6 2.8 8.6 1.8-5.2.9 1.2h2.3',
  scroll: 'M4 2.4h8v11.2H4zM6 5.2h4M6 7.8h4M6 10.4h2.4M2.4 4.4v8.2',
} as const

export type IconName = keyof typeof PATHS

export function Icon({ name, size = 16, style }: { name: IconName; size?: number; style?: CSSProperties }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      strokeWidth={1.4}
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      style={{ flex: 'none', ...style }}
    >
      <path d={PATHS[name]} />
    </svg>
  )
}

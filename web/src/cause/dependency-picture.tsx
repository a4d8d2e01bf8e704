import { useElementSize } from '@mantine/hooks'
import { useNavigate } from '@tanstack/react-router'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import type { DependencyEdge, DependencyNode } from '#shared/http/cause.ts'
import css from './cause.module.css'
import { pictureOf } from './layers.ts'

const BOX = { width: 132, height: 40 }
const STEP = { x: 150, y: 92 }
const EDGE = 12

/** Colour, and a second sign that does not need it: the kind of line around the box. */
const LOOKS: Readonly<Record<DependencyNode['verdict'], { line: string; fill: string; width: number; dash?: string }>> =
  {
    well: { line: 'var(--o-line)', fill: 'var(--o-panel)', width: 1 },
    cause: { line: 'var(--o-critical)', fill: 'var(--o-critical-wash)', width: 3 },
    inferred: { line: 'var(--o-critical)', fill: 'var(--o-critical-wash)', width: 3, dash: '7 3' },
    symptom: { line: 'var(--o-major)', fill: 'var(--o-panel)', width: 1.5 },
    waiting: { line: 'var(--o-warning)', fill: 'var(--o-panel)', width: 1.5, dash: '3 3' },
    probation: { line: 'var(--o-warning)', fill: 'var(--o-panel)', width: 1.5, dash: '7 3' },
    unknown: { line: 'var(--o-muted)', fill: 'var(--o-sunken)', width: 1.5, dash: '2 3' },
  }

export function DependencyPicture(props: { nodes: readonly DependencyNode[]; edges: readonly DependencyEdge[] }) {
  const { t } = useTranslation()
  const { ref, width } = useElementSize<HTMLDivElement>()
  const picture = useMemo(() => pictureOf(props.nodes, props.edges), [props.nodes, props.edges])
  const inner = Math.max(width, picture.widest * STEP.x)
  const height = picture.layers * STEP.y - (STEP.y - BOX.height) + 2 * EDGE
  const places = useMemo(() => {
    const counts = new Map<number, number>()
    for (const { layer } of picture.placed) counts.set(layer, (counts.get(layer) ?? 0) + 1)
    return new Map(
      picture.placed.map(({ node, layer, at }) => {
        const slot = inner / (counts.get(layer) ?? 1)
        return [node.id, { x: slot * (at + 0.5), y: EDGE + layer * STEP.y }]
      }),
    )
  }, [picture, inner])
  const faults = props.nodes.filter((node) => node.verdict === 'cause' || node.verdict === 'inferred')
  return (
    <section className={css.picture}>
      <div ref={ref} />
      <svg width={inner} height={height} data-picture>
        <title>{t('dependencies.picture', { count: props.nodes.length, faults: faults.length })}</title>
        {props.edges.map((edge) => {
          const [a, b] = [places.get(edge.from), places.get(edge.to)]
          return a && b ? <Edge key={edge.id} edge={edge} a={a} b={b} /> : null
        })}
        {picture.placed.map(({ node }) => {
          const place = places.get(node.id)
          return place ? <Node key={node.id} node={node} {...place} /> : null
        })}
      </svg>
    </section>
  )
}

interface Place {
  readonly x: number
  readonly y: number
}

function Edge({ edge, a, b }: { edge: DependencyEdge; a: Place; b: Place }) {
  const { t } = useTranslation()
  const [up, down] = a.y <= b.y ? [a, b] : [b, a]
  const isSide = a.y === b.y
  const [x1, y1] = [up.x, up.y + (isSide ? BOX.height / 2 : BOX.height)]
  const [x2, y2] = [down.x, down.y + (isSide ? BOX.height / 2 : 0)]
  const bend = (y2 - y1) / 2
  const path = isSide
    ? `M${x1} ${y1} Q${(x1 + x2) / 2} ${y1 + BOX.height} ${x2} ${y2}`
    : `M${x1} ${y1} C${x1} ${y1 + bend} ${x2} ${y2 - bend} ${x2} ${y2}`
  const ports = [edge.fromPort, edge.toPort].filter(Boolean).join(' – ')
  return (
    <path
      d={path}
      fill="none"
      stroke={edge.dead ? 'var(--o-critical)' : edge.kind === 'power' ? 'var(--o-minor)' : 'var(--o-ink-3)'}
      strokeWidth={edge.dead ? 2 : 1.2}
      strokeDasharray={edge.dead ? '5 4' : edge.kind === 'power' ? '2 3' : edge.kind === 'parent' ? '8 3' : undefined}
      opacity={edge.dead ? 1 : 0.7}
    >
      <title>
        {[t(`dependencyEdge.${edge.kind}`), ports, edge.dead ? t('dependencies.dead') : ''].filter(Boolean).join(' · ')}
      </title>
    </path>
  )
}

function Node({ node, x, y }: { node: DependencyNode } & Place) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const looks = LOOKS[node.verdict]
  const ways = node.ways > 1 ? t('dependencies.ways', { alive: node.waysAlive, count: node.ways }) : ''
  const word = node.verdict === 'well' ? t(`dependencyState.${node.state}`) : t(`verdict.${node.verdict}`)
  const said = [node.name, t(`dependencyKind.${node.kind}`), word, ways, node.why].filter(Boolean).join(' · ')
  const box = (
    <>
      <rect
        x={x - BOX.width / 2}
        y={y}
        width={BOX.width}
        height={BOX.height}
        rx={node.kind === 'device' ? 6 : 20}
        fill={looks.fill}
        stroke={looks.line}
        strokeWidth={looks.width}
        strokeDasharray={looks.dash}
      >
        <title>{said}</title>
      </rect>
      <text
        x={x}
        y={y + 17}
        textAnchor="middle"
        fontSize={12}
        fontWeight={600}
        fill="var(--o-ink)"
        pointerEvents="none"
      >
        {short(node.name)}
      </text>
      <text x={x} y={y + 31} textAnchor="middle" fontSize={10.5} fill="var(--o-ink-2)" pointerEvents="none">
        {short(ways === '' ? word : `${word} · ${ways}`)}
      </text>
    </>
  )
  if (node.kind !== 'device')
    return (
      <g data-node={node.id} data-verdict={node.verdict}>
        {box}
      </g>
    )
  return (
    <a
      href={`/devices/${encodeURIComponent(node.id)}`}
      data-node={node.id}
      data-verdict={node.verdict}
      onClick={(event) => {
        if (event.ctrlKey || event.metaKey || event.shiftKey) return
        event.preventDefault()
        void navigate({ to: '/devices/$id', params: { id: node.id }, search: {} })
      }}
    >
      {box}
    </a>
  )
}

/** Wide characters take the room of two. */
function short(name: string): string {
  let room = 20
  let text = ''
  for (const char of name) {
    room -= (char.codePointAt(0) ?? 0) > 0x2e7f ? 2 : 1
    if (room < 0) return `${text}…`
    text += char
  }
  return text
}

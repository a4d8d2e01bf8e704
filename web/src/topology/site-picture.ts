// The picture itself, drawn by cytoscape on a canvas. Told what there is; what changes is coloured anew, nothing else moves.
import cytoscape, { type Core, type ElementDefinition, type NodeSingular } from 'cytoscape'
import { styleNonce } from '../app/style-nonce.ts'
import type { MapEdge, MapNode, SiteMap } from './map-model.ts'
import { toneOf } from './map-model.ts'
import type { Place, Places } from './map-places.ts'
import { type Colours, farSymbolOf, SYMBOL, symbolOf } from './map-symbols.ts'
import { nearest } from './nearest.ts'
import { looksOf } from './picture-looks.ts'

export interface SitePicture {
  /** New nodes stand where `places` says; those that are there stay. */
  show(map: SiteMap, places: Places): void
  /** All of them to where `places` says. */
  move(places: Places): void
  places(): Places
  choose(id: string | null): void
  /** The node nearest to the chosen one that way, from the keyboard. */
  toward(direction: 'up' | 'down' | 'left' | 'right'): string | undefined
  /** Everything in sight. */
  showAll(): void
  zoomBy(factor: number): void
  panBy(x: number, y: number): void
  /** Colours of the theme are others now. */
  recolour(): void
  /** Its place in the page is of another size now. */
  resized(): void
  destroy(): void
}

export interface SitePictureOptions {
  readonly container: HTMLElement
  portName(resource: string): string
  onChoose(id: string | null): void
  /** Somebody dragged a node. */
  onMoved(): void
}

const ZOOM = { min: 0.12, max: 2.5 }
/** A small site is not blown up to fill the picture. */
const FIT_MOST = 1.5
const PADDING = 28
/** Below this zoom strokes cannot be told apart. */
const FAR = 0.42
/** Ports of more edges would cover each other: the panel tells them. */
const MOST_PORTS = 8
/** At least this close to what was looked for. */
const NEAR = 0.8

export function createSitePicture({ container, portName, onChoose, onMoved }: SitePictureOptions): SitePicture {
  bringStyle()
  const style = getComputedStyle(document.documentElement)
  const colours: Colours = (name) => style.getPropertyValue(`--o-${name}`).trim()
  const core: Core = cytoscape({
    container,
    style: looksOf(colours),
    layout: { name: 'preset' },
    minZoom: ZOOM.min,
    maxZoom: ZOOM.max,
    boxSelectionEnabled: false,
    selectionType: 'single',
  })
  const symbols = new Map<string, string>()
  let shown: SiteMap = { nodes: [], edges: [] }
  let chosen: string | null = null
  /** Chosen by hand in the picture: it does not move under the hand. */
  let tapped: string | null = null
  let isFar = false

  core.on('tap', (event) => {
    const id = event.target === core ? null : event.target.isNode?.() ? (event.target.id() as string) : undefined
    if (id === undefined) return
    tapped = id
    onChoose(id)
  })
  core.on('zoom', tellFar)
  core.on('dragfree', 'node', onMoved)
  core.on('mouseover', 'node', () => container.setAttribute('data-over', ''))
  core.on('mouseout', 'node', () => container.removeAttribute('data-over'))

  function drawn(node: MapNode, isFar: boolean): string {
    const tone = toneOf(node)
    const key = `${isFar} ${node.kind} ${node.verdict} ${tone}`
    const known = symbols.get(key)
    if (known !== undefined) return known
    const made = isFar ? farSymbolOf(node, tone, colours) : symbolOf(node, tone, colours)
    symbols.set(key, made)
    return made
  }

  const dataOf = (node: MapNode) => {
    const { name, verdict } = node
    return { name, verdict, symbol: drawn(node, false), far: drawn(node, true) }
  }
  const edgeData = ({ kind, isStale, isDead, aPort, bPort }: MapEdge) => ({
    ...{ kind, stale: isStale ? 1 : 0, dead: isDead ? 1 : 0 },
    ports: [aPort, bPort].map(portName).filter(Boolean).join(' – '),
  })

  function show(map: SiteMap, places: Places): void {
    const isFirst = shown.nodes.length === 0
    shown = map
    const wanted = new Set([...map.nodes, ...map.edges].map(({ id }) => id))
    const added: ElementDefinition[] = []
    core.batch(() => {
      core.elements().forEach((one) => {
        if (!wanted.has(one.id())) one.remove()
      })
      for (const node of map.nodes) {
        const known = core.getElementById(node.id)
        if (known.empty())
          added.push({
            group: 'nodes',
            data: { id: node.id, ...dataOf(node) },
            position: { ...(places.get(node.id) ?? { x: 0, y: 0 }) },
          })
        else known.data(dataOf(node))
      }
      for (const edge of map.edges) {
        const known = core.getElementById(edge.id)
        if (known.empty())
          added.push({ group: 'edges', data: { id: edge.id, source: edge.a, target: edge.b, ...edgeData(edge) } })
        else known.data(edgeData(edge))
      }
      core.add(added)
      core.nodes().toggleClass('far', isFar)
    })
    if (isFirst) showAll()
    mark()
  }

  function mark(): void {
    core.batch(() => {
      core.elements('.near, .chosen').removeClass('near chosen told')
      if (chosen === null) return
      const node = core.getElementById(chosen)
      node.addClass('chosen')
      const edges = node.connectedEdges()
      edges.addClass(edges.length > MOST_PORTS ? 'near' : 'near told')
    })
  }

  function tellFar(): void {
    if (core.zoom() < FAR === isFar) return
    isFar = !isFar
    core.batch(() => core.nodes().toggleClass('far', isFar))
  }

  /** What was found elsewhere comes into sight, close enough to be read. */
  function lead(id: string): void {
    const node = core.getElementById(id)
    if (node.empty() || id === tapped) return
    if (core.zoom() < NEAR) core.zoom(NEAR)
    else if (isInSight(core, node as NodeSingular)) return
    core.center(node)
  }

  function showAll(): void {
    core.fit(undefined, PADDING)
    if (core.zoom() > FIT_MOST) {
      core.zoom(FIT_MOST)
      core.center()
    }
  }

  return {
    show,
    showAll,
    move: (places) => {
      core.batch(() =>
        core.nodes().forEach((node) => void node.position({ ...(places.get(node.id()) ?? node.position()) })),
      )
      showAll()
    },
    places: () => new Map(core.nodes().map((node): [string, Place] => [node.id(), { ...node.position() }])),
    choose(id) {
      chosen = id
      mark()
      if (id !== null) lead(id)
      tapped = null
    },
    toward(direction) {
      const from = chosen === null ? undefined : core.getElementById(chosen)
      const at = from?.nonempty() ? (from as NodeSingular).position() : middleOf(core)
      return nearest(
        core.nodes().map((node) => ({ id: node.id(), ...node.position() })),
        at,
        direction,
        chosen,
      )
    },
    zoomBy(factor) {
      const centre = { x: core.width() / 2, y: core.height() / 2 }
      core.zoom({ level: core.zoom() * factor, renderedPosition: centre })
    },
    panBy: (x, y) => void core.panBy({ x, y }),
    recolour() {
      symbols.clear()
      core.style(looksOf(colours))
      show(shown, new Map())
    },
    resized() {
      core.resize()
      const node = chosen === null ? undefined : core.getElementById(chosen)
      // the panel beside the picture took its room
      if (node?.nonempty() && !isInSight(core, node as NodeSingular)) core.center(node)
    },
    destroy: () => core.destroy(),
  }
}

function isInSight(core: Core, node: NodeSingular): boolean {
  const { x, y } = node.renderedPosition()
  return x > SYMBOL && y > SYMBOL && x < core.width() - SYMBOL && y < core.height() - SYMBOL
}

function middleOf(core: Core): Place {
  const { x1, x2, y1, y2 } = core.extent()
  return { x: (x1 + x2) / 2, y: (y1 + y2) / 2 }
}

/** What cytoscape would add to the page by itself, which the page's rules do not let in without its nonce. */
function bringStyle(): void {
  const id = '__________cytoscape_stylesheet'
  if (document.getElementById(id) !== null) return
  const element = document.createElement('style')
  Object.assign(element, {
    id,
    nonce: styleNonce,
    textContent: '.__________cytoscape_container { position: relative; }',
  })
  document.head.prepend(element)
}

// How nodes and edges look: a second sign beside each colour, by the kind of line or its strength.
import type { StylesheetJson } from 'cytoscape'
import type { Colours } from './map-symbols.ts'
import { SYMBOL } from './map-symbols.ts'

/** Of the frame within the symbol. */
const BOX = 46

export function looksOf(colours: Colours): StylesheetJson {
  const font = colours('font')
  return [
    {
      selector: 'node',
      style: {
        ...{ width: BOX, height: BOX, shape: 'round-rectangle', 'background-opacity': 0, 'bounds-expansion': 12 },
        // the box of the symbol is where edges end; its badge stands over the corner
        ...{ 'background-image': 'data(symbol)', 'background-width': SYMBOL, 'background-height': SYMBOL },
        ...{ 'background-clip': 'none', 'background-offset-x': 2, 'background-offset-y': -2 },
        ...{ 'background-image-containment': 'over' },
        ...{ label: 'data(name)', 'font-family': font, 'font-size': 12, color: colours('ink') },
        ...{ 'text-valign': 'bottom', 'text-margin-y': 4, 'text-wrap': 'ellipsis', 'text-max-width': '104px' },
        ...{ 'min-zoomed-font-size': 6, 'overlay-opacity': 0 },
        ...{
          'text-background-color': colours('sunken'),
          'text-background-opacity': 0.85,
          'text-background-padding': '1px',
        },
      },
    },
    { selector: 'node.far', style: { 'background-image': 'data(far)' } },
    {
      selector: 'node[verdict = "cause"], node[verdict = "inferred"]',
      style: {
        ...{ 'underlay-color': colours('critical'), 'underlay-opacity': 0.22, 'underlay-padding': 9 },
        ...{ 'underlay-shape': 'round-rectangle', 'font-weight': 700, 'z-index': 5 },
      },
    },
    { selector: 'node[verdict = "symptom"]', style: { opacity: 0.5 } },
    {
      selector: 'node.chosen',
      style: {
        ...{ 'underlay-color': colours('accent'), 'underlay-opacity': 0.32, 'underlay-padding': 9, opacity: 1 },
        ...{ 'underlay-shape': 'round-rectangle', 'font-weight': 700, 'text-wrap': 'wrap', 'z-index': 9 },
      },
    },
    {
      selector: 'edge',
      style: {
        ...{ width: 1.5, 'line-color': colours('ink-3'), 'curve-style': 'bezier', opacity: 0.75 },
        ...{ 'overlay-opacity': 0, 'font-family': font, 'font-size': 10.5, color: colours('ink-2') },
        ...{
          'text-background-color': colours('panel'),
          'text-background-opacity': 0.9,
          'text-background-padding': '2px',
        },
        ...{ 'min-zoomed-font-size': 7, 'text-rotation': 'autorotate' },
      },
    },
    { selector: 'edge[kind = "parent"]', style: { 'line-style': 'dashed', 'line-dash-pattern': [9, 4] } },
    {
      selector: 'edge[kind = "power"]',
      style: { 'line-style': 'dotted', 'line-color': colours('minor-ink'), width: 2 },
    },
    { selector: 'edge[stale = 1]', style: { 'line-style': 'dashed', 'line-dash-pattern': [3, 4], opacity: 0.45 } },
    {
      selector: 'edge[dead = 1]',
      style: {
        'line-color': colours('critical'),
        'line-style': 'dashed',
        'line-dash-pattern': [6, 4],
        width: 2.5,
        opacity: 1,
      },
    },
    {
      selector: 'edge.near',
      style: { width: 3, 'line-color': colours('accent'), opacity: 1, 'z-index': 8 },
    },
    { selector: 'edge.told', style: { label: 'data(ports)' } },
  ]
}

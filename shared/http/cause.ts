// What depends on what at a site, what follows from it for the faults there, and how people group them otherwise.
import { z } from 'zod'
import { Id } from './paging.ts'

/**
 * agent: the place from where devices are asked. device: one that is watched. unwatched: something on the way that nobody
 * asks: a line of a carrier, an unmanaged switch. port: one port behind which several devices are. supply: a source of power
 * that nobody asks.
 */
export const DEPENDENCY_KINDS = ['agent', 'device', 'unwatched', 'port', 'supply'] as const

/**
 * What the graph says of a node. well: nothing. cause: it fails by itself; inferred: it is not seen to fail, but all that
 * depends on it does. symptom: what it depends on fails. waiting: it fails, and what it depends on was not checked since.
 * probation: what it depends on has come back, and it was not checked since. unknown: nobody can tell.
 */
export const DEPENDENCY_VERDICTS = ['well', 'cause', 'inferred', 'symptom', 'waiting', 'probation', 'unknown'] as const
export const DependencyVerdict = z.enum(DEPENDENCY_VERDICTS)
export type DependencyVerdict = z.infer<typeof DependencyVerdict>

export const DependencyNode = z.object({
  /** Collector-wide device id for devices; for others a name of the graph, e.g. `agent`, `unwatched:line-1`. */
  id: z.string(),
  kind: z.enum(DEPENDENCY_KINDS),
  name: z.string(),
  state: z.enum(['up', 'down', 'unknown', 'unwatched']),
  verdict: DependencyVerdict,
  /** Nodes that cause it, the nearest first. */
  causes: z.array(z.string()),
  /** The alarm whose incident it belongs to, when it is a symptom. */
  causeAlarm: z.string().nullable(),
  /** One sentence for people, in English; '' when all is well. */
  why: z.string(),
  /** Until when it is held back at most, ms UTC; null: until something happens, or not at all. */
  until: z.number().nullable(),
  /** Ways by which it is reached, and how many of them are alive. */
  ways: z.int(),
  waysAlive: z.int(),
  /** Sources of power, and how many of them are alive; 0 when none is declared. */
  feeds: z.int(),
  feedsAlive: z.int(),
})
export type DependencyNode = z.infer<typeof DependencyNode>

/** link: found or drawn. parent: declared. power: `from` feeds `to`. A way may be used in both directions, power not. */
export const DependencyEdge = z.object({
  id: z.string(),
  kind: z.enum(['link', 'parent', 'power']),
  from: z.string(),
  /** Resource of the port; '' when it is not known. */
  fromPort: z.string(),
  to: z.string(),
  toPort: z.string(),
  dead: z.boolean(),
  /** Alarm that says it is dead, when one does. */
  alarm: z.string().nullable(),
})
export type DependencyEdge = z.infer<typeof DependencyEdge>

/** GET /api/v1/sites/{id}/dependencies */
export const SiteDependencies = z.object({
  site: z.string(),
  /** How it is known where the agent is: people said it, it follows from declared parents, or it is a guess by links. */
  agentPlace: z.enum(['declared', 'parents', 'guessed', 'none']),
  nodes: z.array(DependencyNode),
  edges: z.array(DependencyEdge),
  /** What is wrong with the declarations: cycles of parents or power (the edge is left out), a graph that is too large. */
  problems: z.array(
    z.object({
      kind: z.enum(['cycle', 'too-large']),
      /** Ids along the cycle, the first again at the end. */
      path: z.array(z.string()),
      message: z.string(),
    }),
  ),
})
export type SiteDependencies = z.infer<typeof SiteDependencies>

const Symptom = z.object({
  alarm: z.string(),
  device: z.string().nullable(),
  deviceName: z.string().nullable(),
  text: z.string(),
  isCleared: z.boolean(),
  verdict: DependencyVerdict,
  why: z.string(),
})

/** GET /api/v1/incidents/{id}/cause */
export const IncidentCause = z.object({
  incident: z.string(),
  /** The node that is the cause as it is seen now; null: the graph says nothing about this incident. */
  node: z.string().nullable(),
  /** Name of the node for people. */
  name: z.string().nullable(),
  alarm: z.string().nullable(),
  why: z.string(),
  /** Alarms of this incident that follow from it, and those that wait for their next check. */
  symptoms: z.array(Symptom),
  /** What people decided about alarms of this incident; newest first. */
  decisions: z.array(
    z.object({
      alarm: z.string(),
      /** Alarm that is no cause of it any more, or is; null: of none. */
      cause: z.string().nullable(),
      verdict: z.enum(['apart', 'together']),
      by: z.string(),
      at: z.number(),
    }),
  ),
})
export type IncidentCause = z.infer<typeof IncidentCause>

/**
 * POST /api/v1/incidents/{id}/regroup: alarms of this incident go into another one, or each into one of its own. Remembered:
 * they are not grouped that way again.
 */
export const Regroup = z.strictObject({
  alarms: z.array(Id).min(1).max(500),
  to: z.union([z.literal('own'), Id]),
  note: z.string().max(2000).default(''),
})
export type Regroup = z.infer<typeof Regroup>
/** Per alarm where it is now, or why it was not moved. */
export const RegroupResult = z.object({
  items: z.array(z.object({ alarm: z.string(), incident: z.string().nullable(), problem: z.string().nullable() })),
})
export type RegroupResult = z.infer<typeof RegroupResult>

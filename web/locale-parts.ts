// A language comes in two parts: what the first list and what is around it say, and all the rest, which follows. The
// files stay whole for those who write and check them; `en.json?part=first` and `en.json?part=later` are cut from them here.
import { readFileSync } from 'node:fs'
import type { Plugin } from 'vite'

/** Top-level keys that no part of the console needs until another screen, or a dialog, is opened. */
const LATER: ReadonlySet<string> = new Set([
  ...['metric', 'stateLabel', 'said', 'join', 'dropReason', 'dropPlace', 'headline', 'capability', 'level'],
  ...['sweep', 'sweepState', 'proposals', 'proposalState', 'proposalsNone', 'acceptOutcome', 'neighbours', 'links'],
  ...['linkSource', 'linkSourceHint', 'strangers', 'assets', 'assetChange', 'events', 'eventView', 'event'],
  ...['trapCategory', 'unknownTraps', 'unknownTrap', 'definition', 'definitions', 'definitionOrigin'],
  ...['maintenance', 'maintenanceView', 'windowBehaviour', 'windowBehaviourHint', 'windowState', 'windowScope'],
  ...['windowScopeHint', 'repeat', 'repeatUnit', 'weekday', 'nth', 'held', 'holds', 'gate', 'gateHint', 'untilWhat'],
  ...['inhibition', 'matcher', 'told', 'why', 'decided', 'traceGate', 'trace', 'cause', 'verdict', 'verdictHint'],
  ...['regroup', 'dependencies', 'dependencyProblem', 'dependencyEdge', 'dependencyKind', 'dependencyState'],
  ...['agentPlace', 'rules', 'ruleOrigin', 'ruleOriginHint', 'ruleMode', 'ruleModeHint', 'ruleSeverity', 'rule'],
  ...['ruleView', 'rulePart', 'ruleWrong', 'condition', 'conditionHint', 'ruleField', 'ruleFieldHint', 'ruleChoice'],
  ...['selector', 'preview', 'answer', 'conflict', 'override', 'overrideOrigin', 'evaluation', 'backTest'],
  ...['backTestState', 'backTestNote', 'shadow', 'notifications', 'notificationView', 'delivery', 'deliveryLog'],
  ...['transition', 'channels', 'channelKind', 'channelOrigin', 'channelOriginHint', 'channelField', 'channelSecret'],
  ...['routes', 'routeOutside', 'routeGroup', 'routeMatch', 'routeOutcome', 'routeDay'],
  ...['import', 'importColumn', 'importFix', 'importProblem', 'importOutcome', 'deviceForm', 'credentials', 'profiles'],
])

const PART = /^(.*\/locales\/[\w-]+\.json)\?part=(first|later)$/

export function localeParts(): Plugin {
  return {
    name: 'locale-parts',
    enforce: 'pre',
    load(id) {
      const [, file, part] = PART.exec(id) ?? []
      if (file === undefined) return null
      this.addWatchFile(file)
      const words = Object.entries(JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>)
      const wanted = words.filter(([key]) => LATER.has(key) === (part === 'later'))
      return {
        code: `export default JSON.parse(${JSON.stringify(JSON.stringify(Object.fromEntries(wanted)))})`,
        moduleType: 'js',
      }
    },
  }
}

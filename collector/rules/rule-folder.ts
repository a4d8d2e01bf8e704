// Rule files on disk: the shipped ones in stock/ and the installation's own in rules.d/.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { joinRules, type RuleFile, readRuleFile } from './rule-files.ts'

/** The rules that come with the program. */
export function readStockRules(): RuleFile {
  return readRuleFolder(join(import.meta.dirname, 'stock'), 'stock')
}

/**
 * Reads every *.yaml and *.yml of a folder in the order of their names. A folder that is not there holds no rules; a file
 * that cannot be read is a problem and the others still count.
 */
export function readRuleFolder(folder: string, kind: 'stock' | 'file'): RuleFile {
  if (!existsSync(folder)) return { rules: [], problems: [] }
  const files = readdirSync(folder)
    .filter((name) => /\.ya?ml$/.test(name))
    .sort()
    .map((name) => readRulesOf(join(folder, name), kind === 'stock' ? `stock/${name}` : join(folder, name), kind))
  const joined = joinRules([files.flatMap((f) => f.rules)])
  return { rules: joined.rules, problems: [...files.flatMap((f) => f.problems), ...joined.problems] }
}

/** One file; `file` is its name in problems. Never throws. */
function readRulesOf(path: string, file: string, kind: 'stock' | 'file'): RuleFile {
  try {
    return readRuleFile(file, readFileSync(path, 'utf8'), kind)
  } catch (error) {
    return { rules: [], problems: [{ file, line: 1, path: '', message: `cannot be read: ${String(error)}` }] }
  }
}

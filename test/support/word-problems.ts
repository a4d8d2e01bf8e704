import { type Finding, LANGUAGES, type WordTable } from '#shared/doctor/doctor.ts'
import { tell } from '#shared/doctor/report.ts'

/** Messages that lack a language, a value or what to do next; each as a text. */
export function wordProblems(table: WordTable): string[] {
  return Object.entries(table).flatMap(([id, { status, says, next }]) => {
    const problems: string[] = []
    if (status !== 'ok' && next === undefined) problems.push(`${id} says nothing to do`)
    for (const texts of next ? [says, next] : [says]) {
      for (const language of LANGUAGES) if (!texts[language]?.trim()) problems.push(`${id} lacks ${language}`)
      const [en, zh] = [valuesIn(texts.en), valuesIn(texts['zh-CN'])]
      if (en.join() !== zh.join()) problems.push(`${id} has other values in zh-CN: ${en} / ${zh}`)
      // a command is the same in both
      const words = texts['zh-CN'].replaceAll(/\{\w+\}/g, '').trim()
      if (words !== '' && texts.en !== texts['zh-CN'] && !/\p{Script=Han}/u.test(words))
        problems.push(`${id} is not Chinese`)
    }
    return problems
  })
}

const valuesIn = (text: string): string[] => [...new Set(text.match(/\{\w+\}/g) ?? [])].sort()

/** Values a message wants and does not get, or gets in a form that is not for people. */
export function toldBadly(finding: Finding, table: WordTable): string[] {
  const words = table[finding.id]
  if (words === undefined) return [`${finding.id} has no words`]
  const wanted = valuesIn(`${words.says.en} ${words.next?.en}`).map((name) => name.slice(1, -1))
  const missing = wanted.filter((name) => finding.params?.[name] === undefined)
  const { text, next } = tell(finding, table, 'en')
  const odd = /undefined|NaN|\[object|secret/.test(`${text} ${next ?? ''}`) ? [`${finding.id}: ${text} ${next}`] : []
  return [...missing.map((name) => `${finding.id} lacks ${name}`), ...odd]
}

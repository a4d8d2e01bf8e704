import { LANGUAGES, type WordTable } from '#shared/doctor/doctor.ts'

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

// What `profiles check` says, in both languages. Reasons name keys of the files and stay as they are.
import type { Language } from '#shared/doctor/doctor.ts'

interface CheckWords {
  readonly states: Readonly<Record<'loaded' | 'partly' | 'refused', string>>
  readonly severities: Readonly<Record<'note' | 'warning' | 'error', string>>
  readonly became: Readonly<Record<'traps' | 'replaced' | 'refused', string>>
  readonly holds: string
  readonly replacesStock: string
  readonly between: string
  readonly rest: string
  readonly progress: string
  readonly summary: string
  readonly more: string
  readonly noFolder: string
  readonly noFiles: string
}

export const CHECK_WORDS: Readonly<Record<Language, CheckWords>> = {
  en: {
    states: { loaded: 'loaded ', partly: 'partly ', refused: 'REFUSED' },
    severities: { note: 'note', warning: 'warning', error: 'not used' },
    became: { traps: 'definitions of traps only', replaced: 'another file of this name is used', refused: '' },
    holds: '{metrics} metrics, {selectors} patterns',
    replacesStock: 'replaces the profile of this name that comes with the program',
    between: '; ',
    rest: 'and {rest} more',
    progress: '{read} of {all} files read',
    summary: '{all} files: {loaded} loaded, {partly} partly, {refused} refused.',
    more: 'Files with nothing to say are not listed; --verbose lists all, with notes.',
    noFolder: '{dir} is no folder',
    noFiles: 'There is no .yaml or .yml file in {dir}.',
  },
  'zh-CN': {
    states: { loaded: '已加载', partly: '部分', refused: '拒绝' },
    severities: { note: '说明', warning: '注意', error: '未采用' },
    became: { traps: '仅含 trap 定义', replaced: '已采用另一个同名文件', refused: '' },
    holds: '{metrics} 个指标，{selectors} 个匹配模式',
    replacesStock: '替换程序自带的同名 profile',
    between: '；',
    rest: '另有 {rest} 条',
    progress: '已读取 {read}/{all} 个文件',
    summary: '共 {all} 个文件：已加载 {loaded}，部分 {partly}，拒绝 {refused}。',
    more: '没有问题的文件未列出；--verbose 列出全部文件及说明。',
    noFolder: '{dir} 不是目录',
    noFiles: '{dir} 中没有 .yaml 或 .yml 文件。',
  },
}

/** Puts `{name}` values into a text. */
export function fillWords(text: string, values: Readonly<Record<string, string | number>>): string {
  return text.replaceAll(/\{(\w+)\}/g, (_all, name: string) => String(values[name] ?? ''))
}

import { createTheme, type MantineColorsTuple } from '@mantine/core'

const ink: MantineColorsTuple = [
  '#eaf5f7',
  '#d5e8eb',
  '#a9d0d7',
  '#7ab7c2',
  '#5fb9c8',
  '#2f8896',
  '#1f7583',
  '#14606d',
  '#0f505b',
  '#093e47',
]

// neutral, slightly blue greys; Mantine's own dark is warmer than our panels
const dark: MantineColorsTuple = [
  '#e3e9ee',
  '#a5b1bc',
  '#8d9aa6',
  '#5b6874',
  '#333d48',
  '#2b343e',
  '#1d242c',
  '#191f26',
  '#12161b',
  '#0d1116',
]

export const theme = createTheme({
  fontFamily: 'var(--o-font)',
  fontFamilyMonospace: 'var(--o-mono)',
  primaryColor: 'ink',
  primaryShade: { light: 7, dark: 6 },
  colors: { ink, dark },
  defaultRadius: 5,
  cursorType: 'pointer',
  fontSizes: { xs: '11.5px', sm: '13px', md: '14px', lg: '16px', xl: '19px' },
  headings: { fontWeight: '600' },
  components: {
    Button: { defaultProps: { size: 'xs' } },
    ActionIcon: { defaultProps: { variant: 'subtle', color: 'gray' } },
    TextInput: { defaultProps: { size: 'xs' } },
    Textarea: { defaultProps: { size: 'xs' } },
    NativeSelect: { defaultProps: { size: 'xs' } },
    SegmentedControl: { defaultProps: { withItemsBorders: false } },
    Tooltip: { defaultProps: { openDelay: 350, withArrow: true, fz: 'xs' } },
    Modal: { defaultProps: { centered: true, overlayProps: { backgroundOpacity: 0.45 } } },
  },
})

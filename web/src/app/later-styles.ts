// Mantine parts that the first list does not show: fetched with the first screen that is not that list.
import '@mantine/core/styles/FloatingIndicator.layer.css'
import '@mantine/core/styles/SegmentedControl.layer.css'

// The part of Apache ECharts that Onefold's charts use.
export { init, use, getInstanceByDom } from 'echarts/core';
import { use } from 'echarts/core';
import { BarChart, FunnelChart, HeatmapChart, LineChart, SankeyChart } from 'echarts/charts';
import { AriaComponent, GridComponent, LegendComponent, MarkLineComponent, TooltipComponent, VisualMapComponent } from 'echarts/components';
import { CanvasRenderer } from 'echarts/renderers';
use([BarChart, FunnelChart, HeatmapChart, LineChart, SankeyChart, AriaComponent, GridComponent, LegendComponent,
  MarkLineComponent, TooltipComponent, VisualMapComponent, CanvasRenderer]);

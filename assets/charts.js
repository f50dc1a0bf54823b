// The parts of ECharts that our charts use; everything else stays out of the bundle.
import { init, registerLocale, use } from "echarts/core";
import { BarChart, CustomChart, FunnelChart, LineChart, SankeyChart, ScatterChart } from "echarts/charts";
import { AriaComponent, GridComponent, MarkAreaComponent, MarkLineComponent, TooltipComponent } from "echarts/components";
import { CanvasRenderer } from "echarts/renderers";
import de from "echarts/lib/i18n/langDE.js";
import es from "echarts/lib/i18n/langES.js";

use([BarChart, CustomChart, FunnelChart, LineChart, SankeyChart, ScatterChart, AriaComponent, GridComponent, MarkAreaComponent,
  MarkLineComponent, TooltipComponent, CanvasRenderer]);
registerLocale("DE", de);
registerLocale("ES", es);
window.echarts = { init };

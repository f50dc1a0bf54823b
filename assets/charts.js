// The parts of ECharts that our charts use; everything else stays out of the bundle.
import { init, registerLocale, use } from "echarts/core";
import { LineChart } from "echarts/charts";
import { AriaComponent, GridComponent, TooltipComponent } from "echarts/components";
import { CanvasRenderer } from "echarts/renderers";
import de from "echarts/lib/i18n/langDE.js";
import es from "echarts/lib/i18n/langES.js";

use([LineChart, AriaComponent, GridComponent, TooltipComponent, CanvasRenderer]);
registerLocale("DE", de);
registerLocale("ES", es);
window.echarts = { init };

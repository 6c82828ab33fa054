# What EMR Serverless's base image brings, as far as its documentation tells ("Customizing an EMR
# Serverless image"): Spark in /usr/lib/spark, Java, and the user hadoop. Python has no pyspark.
ARG ETL_IMAGE
ARG BASE_IMAGE
FROM ${ETL_IMAGE} AS spark
USER root
RUN mkdir /opt/brought && cp -r "$(python -c 'import pyspark; print(pyspark.__path__[0])')" /opt/brought/spark && cp -r /opt/java/. /opt/brought/java

FROM ${BASE_IMAGE}
COPY --from=spark /opt/brought/spark /usr/lib/spark
COPY --from=spark /opt/brought/java /usr/lib/jvm/java
ENV SPARK_HOME=/usr/lib/spark JAVA_HOME=/usr/lib/jvm/java
RUN useradd --create-home hadoop
USER hadoop
